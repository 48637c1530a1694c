import { describe, expect, it } from 'vitest'

import { type Candidate, type HandoverSituation, planHandover } from './plan-handover.ts'

const ventas = { id: 'ventas', leadMemberId: 'lead' }
const soporte = { id: 'soporte', leadMemberId: null }

function candidate(memberId: string, more: Partial<Candidate> = {}): Candidate {
  return {
    memberId,
    departmentIds: ['ventas'],
    isOnline: true,
    openConversations: undefined,
    ...more,
  }
}

function plan(more: Partial<HandoverSituation> = {}): unknown[] {
  const situation = { leaverId: 'ana', departments: [ventas], rules: [], candidates: [], ...more }
  return planHandover(situation).map(({ departmentId, to, by }) => {
    const target = to.kind === 'member' ? to.memberId : to.kind
    return [departmentId, target, by]
  })
}

const unassignedRest = [null, 'unassigned', 'unassigned']

describe('where a leaver’s conversations go', () => {
  it('is the lead of each department, and nobody for those of none, unless a rule says otherwise', () => {
    expect(plan({ candidates: [candidate('lead')] })).toEqual([
      ['ventas', 'lead', 'lead'],
      unassignedRest,
    ])
  })

  it.each([
    ['is gone', []],
    ['is the leaver', [candidate('ana')]],
  ])('is the queue of the department when its lead %s', (_, candidates) => {
    const departments = [{ id: 'ventas', leadMemberId: 'ana' }, soporte]
    expect(plan({ departments, candidates })).toEqual([
      ['ventas', 'department', 'queue'],
      ['soporte', 'department', 'queue'],
      unassignedRest,
    ])
  })

  it('is decided for each department by its own rule', () => {
    const rules = [
      { departmentId: 'ventas', kind: 'member', memberId: 'backup' },
      { departmentId: 'soporte', kind: 'unassigned', memberId: null },
      { departmentId: null, kind: 'member', memberId: 'backup' },
    ] as const
    const candidates = [candidate('backup', { isOnline: false }), candidate('lead')]
    expect(plan({ departments: [ventas, soporte], rules, candidates })).toEqual([
      ['ventas', 'backup', 'member'],
      ['soporte', 'unassigned', 'unassigned'],
      [null, 'backup', 'member'],
    ])
  })

  describe('by load', () => {
    const rules = [{ departmentId: 'ventas', kind: 'least-loaded', memberId: null }] as const

    it('is who is online, in the department, and has the fewest; an unknown load comes last', () => {
      const candidates = [
        candidate('away', { isOnline: false, openConversations: 0 }),
        candidate('elsewhere', { departmentIds: ['soporte'], openConversations: 0 }),
        candidate('unknown'),
        candidate('busy', { openConversations: 9 }),
        candidate('free', { openConversations: 2 }),
        candidate('ana', { openConversations: 0 }),
      ]
      expect(plan({ rules, candidates })[0]).toEqual(['ventas', 'free', 'least-loaded'])
      const only = candidates.filter(({ memberId }) => memberId === 'unknown')
      expect(plan({ rules, candidates: only })[0]).toEqual(['ventas', 'unknown', 'least-loaded'])
    })

    it('is the queue when nobody is online', () => {
      const candidates = [candidate('away', { isOnline: false, openConversations: 0 })]
      expect(plan({ rules, candidates })[0]).toEqual(['ventas', 'department', 'queue'])
    })
  })
})
