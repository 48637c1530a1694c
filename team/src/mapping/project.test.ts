import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { createRuleMatcher, type MappingRule, type RuleCondition } from './mapping-rule.ts'
import { type Grant, type MemberFacts, project, type ProjectionRules } from './project.ts'
import type { NamedKind } from './rule-pattern.ts'

const roles: ProjectionRules['roles'] = new Map([
  ['role-owner', { rank: 300, conversationAccess: 'all', isOwner: true }],
  ['role-manager', { rank: 200, conversationAccess: 'all', isOwner: false }],
  ['role-agent', { rank: 100, conversationAccess: 'departments', isOwner: false }],
])

function rule(
  id: string,
  condition: string | RuleCondition,
  gives: MappingRule['gives'],
  more: Partial<MappingRule> = {},
): MappingRule {
  return {
    id,
    connectionId: 'connection',
    condition: typeof condition === 'string' ? { kind: 'group', groupId: condition } : condition,
    priority: 0,
    gives,
    named: [],
    ...more,
  }
}

const names: Readonly<Record<NamedKind, Readonly<Record<string, string>>>> = {
  role: { agent: 'role-agent', manager: 'role-manager' },
  department: { ventas: 'department-sales' },
  channel: { whatsapp: 'channel-whatsapp' },
}

function rulesOf(...rules: MappingRule[]): ProjectionRules {
  return {
    roles,
    localRoles: 'locked',
    roleStrategy: 'rank',
    rules,
    match: createRuleMatcher(rules),
    idOfName: (kind, name) => names[kind][name.toLowerCase()],
    channelsOf: () => [],
    isRuled: (connectionId, { kind, valueId }) =>
      rules.some(
        (each) =>
          each.connectionId === connectionId &&
          each.gives.some((given) => given.kind === kind && given.valueId === valueId),
      ),
  }
}

const sales = rule('rule-sales', 'group-sales', [
  { kind: 'role', valueId: 'role-agent' },
  { kind: 'department', valueId: 'department-sales' },
])
const leads = rule('rule-leads', 'group-leads', [{ kind: 'role', valueId: 'role-manager' }])

type Attributes = NonNullable<MemberFacts['directory']>['attributes']

function directoryOf(
  groups: readonly string[],
  more: Partial<NonNullable<MemberFacts['directory']>> = {},
): NonNullable<MemberFacts['directory']> {
  return {
    connectionId: 'connection',
    defaultRoleId: null,
    locksRoles: false,
    deleted: false,
    groups: groups.map((id) => ({ id, name: id })),
    attributes: new Map(),
    ...more,
  }
}

function facts(
  change: Partial<MemberFacts> & { groups?: string[]; attributes?: Attributes } = {},
): MemberFacts {
  const { groups = [], attributes = new Map(), ...rest } = change
  return {
    directory: directoryOf(groups, { attributes }),
    holds: [],
    removed: false,
    invitationPending: false,
    breakGlass: false,
    waitsForSeat: false,
    localGrants: [],
    ...rest,
  }
}

function local(kind: Grant['kind'], valueId: string | null): Grant {
  return { kind, valueId, source: 'local', sourceId: null }
}

describe('project', () => {
  test('gives what the rules of the groups say, and names the rule', () => {
    const access = project(facts({ groups: ['group-sales'] }), rulesOf(sales))
    expect(access).toMatchObject({
      state: 'active',
      roleId: 'role-agent',
      noRoleReason: null,
      conversationAccess: 'departments',
    })
    expect(access.grants).toEqual([
      {
        kind: 'role',
        valueId: 'role-agent',
        source: 'mapping_rule',
        sourceId: 'rule-sales',
        effective: true,
        inactiveBecause: null,
      },
      {
        kind: 'department',
        valueId: 'department-sales',
        source: 'mapping_rule',
        sourceId: 'rule-sales',
        effective: true,
        inactiveBecause: null,
      },
    ])
  })

  test('lets the highest role win and keeps the outweighed one visible', () => {
    const access = project(facts({ groups: ['group-sales', 'group-leads'] }), rulesOf(sales, leads))
    expect(access.roleId).toBe('role-manager')
    expect(
      access.grants.filter((grant) => grant.kind === 'role').map((g) => [g.sourceId, g.effective]),
    ).toEqual([
      ['rule-sales', false],
      ['rule-leads', true],
    ])
  })

  test('lists those to whom nothing gives a role as without access', () => {
    const access = project(facts({ groups: ['group-unmapped'] }), rulesOf(sales))
    expect(access).toMatchObject({ roleId: null, noRoleReason: 'no_grant', state: 'active' })
  })

  test('falls back to the default role of the connection only without a mapped role', () => {
    const directory = directoryOf([], { defaultRoleId: 'role-agent' })
    expect(project(facts({ directory }), rulesOf(leads)).grants).toEqual([
      {
        kind: 'role',
        valueId: 'role-agent',
        source: 'connection_default',
        sourceId: 'connection',
        effective: true,
        inactiveBecause: null,
      },
    ])
    const mapped = directoryOf(['group-leads'], { defaultRoleId: 'role-agent' })
    expect(project(facts({ directory: mapped }), rulesOf(leads)).roleId).toBe('role-manager')
  })

  test('never lets a mapping make an owner', () => {
    const owners = rule('rule-owners', 'group-owners', [{ kind: 'role', valueId: 'role-owner' }])
    expect(project(facts({ groups: ['group-owners'] }), rulesOf(owners))).toMatchObject({
      roleId: null,
      grants: [],
    })
  })

  test.each([
    ['locked', 'role-manager', 'role-agent', false],
    ['additive', 'role-manager', 'role-manager', true],
    ['locked', 'role-owner', 'role-owner', true],
  ] as const)(
    'with local roles %s, a local %s beside a mapped agent gives %s',
    (localRoles, granted, expected, effective) => {
      const access = project(
        facts({ groups: ['group-sales'], localGrants: [local('role', granted)] }),
        { ...rulesOf(sales), localRoles },
      )
      expect(access.roleId).toBe(expected)
      expect(access.grants.find((grant) => grant.source === 'local')?.effective).toBe(effective)
    },
  )

  test('lets local roles of break-glass members and of people outside a directory always count', () => {
    const granted = [local('role', 'role-manager')]
    expect(project(facts({ breakGlass: true, localGrants: granted }), rulesOf()).roleId).toBe(
      'role-manager',
    )
    expect(project(facts({ directory: null, localGrants: granted }), rulesOf()).roleId).toBe(
      'role-manager',
    )
  })

  test('leaves to their directory whatever one of its rules gives, in the group or not', () => {
    const night = rule('rule-night', 'group-night', [
      { kind: 'department', valueId: 'department-night' },
      { kind: 'supervisor', valueId: null },
    ])
    const localGrants = [local('department', 'department-night'), local('supervisor', null)]
    const rules = (connectionId: string): ProjectionRules => ({
      ...rulesOf({ ...night, connectionId }),
      channelsOf: () => ['channel-whatsapp'],
    })
    const locked = project(facts({ localGrants }), rules('connection'))
    expect(locked.conversationAccess).toBe('own')
    expect(locked.grants.map(({ kind, inactiveBecause }) => [kind, inactiveBecause])).toEqual([
      ['department', 'locked'],
      ['supervisor', 'locked'],
    ])
    for (const access of [
      project(facts({ localGrants }), rules('other')),
      project(facts({ localGrants, directory: null }), rules('connection')),
      project(facts({ localGrants, breakGlass: true }), rules('connection')),
    ]) {
      expect(access.grants.map(({ kind, effective }) => [kind, effective])).toEqual([
        ['department', true],
        ['supervisor', true],
        ['channel', true],
      ])
    }
  })

  test('shows all conversations to a supervisor, whatever the role', () => {
    const supervisor = rule('rule-sup', 'group-sup', [{ kind: 'supervisor', valueId: null }])
    const access = project(
      facts({ groups: ['group-sales', 'group-sup'] }),
      rulesOf(sales, supervisor),
    )
    expect(access).toMatchObject({ roleId: 'role-agent', conversationAccess: 'all' })
  })

  test('suspends on any hold, keeps the role for the return, and removes on deletion', () => {
    for (const hold of ['directory', 'admin', 'brake'] as const) {
      expect(
        project(facts({ groups: ['group-sales'], holds: [hold] }), rulesOf(sales)),
      ).toMatchObject({ state: 'suspended', roleId: 'role-agent' })
    }
    const directory = directoryOf(['group-sales'], { deleted: true })
    expect(
      project(facts({ directory, localGrants: [local('role', 'role-manager')] }), rulesOf(sales)),
    ).toMatchObject({ state: 'removed', roleId: null, grants: [] })
    expect(project(facts({ removed: true }), rulesOf())).toMatchObject({ state: 'removed' })
    expect(project(facts({ directory: null, invitationPending: true }), rulesOf())).toMatchObject({
      state: 'invited',
    })
  })

  test('gives what the name of a group names, and says which names are nothing here', () => {
    const byName = rule(
      'rule-name',
      { kind: 'group-pattern', pattern: '^inbox-(?<department>.+)-(?<role>.+)$' },
      [],
      { named: ['role', 'department'] },
    )
    const access = project(
      facts({ groups: ['inbox-VENTAS-agent', 'inbox-Luna-owner', 'else'] }),
      rulesOf(byName),
    )
    expect(access.grants.map(({ kind, valueId }) => [kind, valueId])).toEqual([
      ['role', 'role-agent'],
      ['department', 'department-sales'],
    ])
    expect(access.unknownNames).toEqual([
      { ruleId: 'rule-name', kind: 'role', name: 'owner' },
      { ruleId: 'rule-name', kind: 'department', name: 'Luna' },
    ])
  })

  test.each([
    [{ operator: 'equals', value: 'VENTAS' }, true],
    [{ operator: 'equals', value: 'Vent' }, false],
    [{ operator: 'one-of', values: ['Luna', 'ventas'] }, true],
    [{ operator: 'one-of', values: ['Luna'] }, false],
    [{ operator: 'pattern', pattern: '^ven' }, true],
    [{ operator: 'pattern', pattern: '^en' }, false],
    [{ operator: 'any' }, true],
  ] as const)('looks at any value of an attribute: %j', (value, applies) => {
    const attributes = new Map([['department', ['Ventas', 'Turno']]] as const)
    const byValue = rule('rule-value', { kind: 'attribute', attribute: 'department', ...value }, [
      { kind: 'role', valueId: 'role-agent' },
    ])
    expect(project(facts({ attributes }), rulesOf(byValue)).roleId).toBe(
      applies ? 'role-agent' : null,
    )
    expect(project(facts(), rulesOf(byValue)).roleId).toBeNull()
  })

  test('gives what the value of an attribute names', () => {
    const byValue = rule(
      'rule-value',
      { kind: 'attribute', attribute: 'departments', operator: 'any' },
      [],
      { named: ['department'] },
    )
    const attributes = new Map([['departments', ['ventas', 'Luna']]] as const)
    expect(project(facts({ attributes }), rulesOf(byValue))).toMatchObject({
      grants: [{ kind: 'department', valueId: 'department-sales', effective: true }],
      unknownNames: [{ kind: 'department', name: 'Luna' }],
    })
  })

  test('gives a thing once, by however many groups, and nothing to another directory', () => {
    const all = rule('rule-all', { kind: 'group-pattern', pattern: '.' }, [
      { kind: 'channel', valueId: 'channel-whatsapp' },
    ])
    expect(project(facts({ groups: ['a', 'b'] }), rulesOf(all)).grants).toHaveLength(1)
    const foreign = { ...all, connectionId: 'other' }
    expect(project(facts({ groups: ['a', 'b'] }), rulesOf(foreign)).grants).toEqual([])
  })

  test('lets the highest priority decide where the workspace says so, and owners be owners', () => {
    const first = { ...sales, priority: 2 }
    const byPriority: ProjectionRules = {
      ...rulesOf(first, { ...leads, priority: 1 }),
      roleStrategy: 'priority',
    }
    const groups = ['group-sales', 'group-leads']
    expect(project(facts({ groups }), byPriority).roleId).toBe('role-agent')
    const equal = { ...rulesOf(sales, leads), roleStrategy: 'priority' as const }
    expect(project(facts({ groups }), equal).roleId).toBe('role-manager')
    const owner = [local('role', 'role-owner')]
    expect(project(facts({ groups, localGrants: owner }), byPriority).roleId).toBe('role-owner')
  })

  test('leaves those without a role who wait for a seat, keeps the reason, and never an owner', () => {
    const waiting = { groups: ['group-sales'], waitsForSeat: true }
    const access = project(facts(waiting), rulesOf(sales))
    expect(access).toMatchObject({ roleId: null, noRoleReason: 'no_seat', seatClaim: 'seat' })
    expect(access.grants.map(({ kind, inactiveBecause }) => [kind, inactiveBecause])).toEqual([
      ['role', 'no_seat'],
      ['department', null],
    ])
    const owner = project(
      facts({ ...waiting, localGrants: [local('role', 'role-owner')] }),
      rulesOf(sales),
    )
    expect(owner).toMatchObject({ roleId: 'role-owner', seatClaim: 'owner' })
    const suspended = project(facts({ ...waiting, holds: ['admin'] }), rulesOf(sales))
    expect(suspended).toMatchObject({ roleId: 'role-agent', seatClaim: null })
  })

  test('does not depend on the order in which groups, rules and grants arrived', () => {
    const values = fc.record({
      kind: fc.constantFrom('role' as const, 'department' as const, 'channel' as const),
      valueId: fc.constantFrom('role-agent', 'role-manager', 'role-owner', 'x', 'y'),
    })
    const arbitraryRules = fc.array(
      fc.record({
        groupId: fc.constantFrom('g1', 'g2', 'g3'),
        gives: fc.array(values, { maxLength: 3 }),
      }),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(
        arbitraryRules,
        fc.uniqueArray(fc.constantFrom('g1', 'g2', 'g3')),
        fc.array(values, { maxLength: 3 }),
        (drafts, groups, grants) => {
          const list = drafts.map((draft, index) =>
            rule(`rule-${index}`, draft.groupId, draft.gives),
          )
          const localGrants = grants.map((grant) => local(grant.kind, grant.valueId))
          const forward = project(facts({ groups, localGrants }), rulesOf(...list))
          const backward = project(
            facts({ groups: groups.toReversed(), localGrants: localGrants.toReversed() }),
            rulesOf(...list.toReversed()),
          )
          const sorted = (all: typeof forward.grants): string[] =>
            all.map((grant) => JSON.stringify(grant)).toSorted()
          expect({ ...backward, grants: sorted(backward.grants) }).toEqual({
            ...forward,
            grants: sorted(forward.grants),
          })
        },
      ),
    )
  })
})
