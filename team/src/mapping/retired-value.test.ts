import { expect, test } from 'vitest'

import { respond } from '../workspaces/presets/respond.ts'
import { defaultRetention } from '../workspaces/retention.ts'
import type { Grant, MemberFacts } from './project.ts'
import { settleRetired, withRetired } from './retired-value.ts'
import { createRuleSet, type NamedRole, type RetiredValue, type RuleSet } from './rule-set-store.ts'

const role = (id: string, rank: number): NamedRole => ({
  id,
  key: id,
  name: id,
  rank,
  conversationAccess: 'own',
  isOwner: false,
})

const stored: RuleSet = createRuleSet({
  version: '1',
  policies: {
    ...respond.policies,
    localRoles: 'additive',
    roleStrategy: 'rank',
    adoption: 'review',
    welcomeMail: true,
    invitationDays: 7,
    ssoRequired: false,
    retention: defaultRetention,
  },
  seats: null,
  roles: new Map(['agent', 'senior', 'lead'].map((id, index) => [id, role(id, index)])),
  departments: new Map(
    ['sales', 'support', 'home', 'night'].map((id) => [id, { id, name: id, channelIds: [] }]),
  ),
  channels: new Map([['wa', { id: 'wa', key: 'wa', name: 'wa' }]]),
  retired: new Map(),
  rules: [],
})

const end = (
  kind: RetiredValue['kind'],
  id: string,
  successorId: string | null,
  isMerged = true,
): RetiredValue => ({ kind, id, key: id, name: id, successorId, isMerged })

const after = (...values: RetiredValue[]): RuleSet =>
  values.reduce((rules, value) => withRetired(rules, value), stored)

const local = (kind: Grant['kind'], valueId: string): Grant => ({
  kind,
  valueId,
  source: 'local',
  sourceId: null,
})

function facts(localGrants: Grant[], change: Partial<MemberFacts> = {}): MemberFacts {
  return {
    directory: null,
    holds: [],
    removed: false,
    invitationPending: false,
    breakGlass: false,
    waitsForSeat: false,
    localGrants,
    ...change,
  }
}

function settled(localGrants: Grant[], rules: RuleSet, held: string[] = []): (string | null)[] {
  return settleRetired(facts(localGrants), held, rules).localGrants.map(({ valueId }) => valueId)
}

test('a role gives way to its successor, unless a person decided on another one as well', () => {
  const rules = after(end('role', 'senior', 'agent'))
  expect(settled([local('role', 'senior')], rules)).toEqual(['agent'])
  expect(settled([local('role', 'senior'), local('role', 'lead')], rules)).toEqual(['lead'])
  expect(settled([local('role', 'lead')], rules)).toEqual(['lead'])
})

test('a department that merges brings those whom people put into it, and nobody twice', () => {
  const rules = after(end('department', 'sales', 'support'))
  expect(settled([local('department', 'sales')], rules)).toEqual(['support'])
  expect(settled([local('department', 'sales'), local('department', 'support')], rules)).toEqual([
    'support',
  ])
  // Somebody whom a rule had put there is put into the other one by that rule.
  expect(settled([], rules, ['sales'])).toEqual([])
})

test('a department that ends leaves nobody in none, whoever had put them there', () => {
  const rules = after(end('department', 'sales', 'home', false))
  expect(settled([local('department', 'sales')], rules)).toEqual(['home'])
  expect(settled([], rules, ['sales'])).toEqual(['home'])
  expect(settled([], rules)).toEqual([])
  expect(settled([local('department', 'sales'), local('department', 'night')], rules)).toEqual([
    'night',
  ])
})

test('a channel is nobody’s any more', () => {
  expect(settled([local('channel', 'wa')], after(end('channel', 'wa', null, false)))).toEqual([])
})

test('what ends one after the other leads to what is left, and not back', () => {
  const merged = after(end('department', 'sales', 'support'), end('department', 'support', 'night'))
  expect(settled([local('department', 'sales')], merged)).toEqual(['night'])
  expect(merged.retired.get('sales')).toMatchObject({ successorId: 'night', isMerged: true })
  const ended = after(
    end('department', 'sales', 'support'),
    end('department', 'support', 'home', false),
  )
  expect(settled([local('department', 'sales')], ended)).toEqual(['home'])
  expect(ended.retired.get('sales')).toMatchObject({ successorId: 'home', isMerged: false })
  expect(settled([local('department', 'sales'), local('department', 'night')], ended)).toEqual([
    'night',
  ])
  const roles = after(end('role', 'senior', 'lead'), end('role', 'lead', 'agent'))
  expect(settled([local('role', 'senior')], roles)).toEqual(['agent'])
})

test('a rule gives what a department merges into, and nothing for one that ends', () => {
  const rule: RuleSet['rules'][number] = {
    id: 'rule',
    connectionId: 'directory',
    condition: { kind: 'group', groupId: 'group' },
    priority: 0,
    gives: [{ kind: 'department', valueId: 'sales' }],
    named: [],
  }
  const rules = createRuleSet({ ...stored, rules: [rule] })
  const [merged] = withRetired(rules, end('department', 'sales', 'support')).rules
  expect(merged?.gives).toEqual([{ kind: 'department', valueId: 'support' }])
  const [ended] = withRetired(rules, end('department', 'sales', 'home', false)).rules
  expect(ended?.gives).toEqual([])
})
