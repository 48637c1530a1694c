import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { createResourceModel, type ResourceModel } from '../protocol/attribute.ts'
import { parsePatchRequest, patchOpSchema } from '../protocol/patch-request.ts'
import { type Profile, profiles } from '../protocol/profile.ts'
import { copyValue, type Resource } from '../protocol/resource.ts'
import type { EngineResult } from '../protocol/row-operation.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { type ParsedResource, parseResource } from '../protocol/validate-resource.ts'
import { patchAtOnce } from '../testing/patch-at-once.ts'
import { createGroupType, createUserType } from './resource-types.ts'

const deep = process.env['TEST_DEPTH'] === 'deep'
const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31)
const runs = { numRuns: deep ? 50_000 : 1500, seed }

const users = createResourceModel(createUserType())
const groups = createResourceModel(createGroupType())
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const user = copyValue<Resource>({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
  id: 'u1',
  userName: 'ana',
  name: { givenName: 'Ana' },
  emails: [{ value: 'a@x', type: 'work', primary: true }, { value: 'b@x' }],
  roles: [{ value: 'agent' }],
  [enterprise]: { manager: { value: 'u2' } },
})
const group = copyValue<Resource>({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  id: 'g1',
  displayName: 'Sales',
})

const paths = [
  ...users.attributes.keys(),
  ...groups.attributes.keys(),
  enterprise,
  'emails[type eq "work"]',
  'emails[type eq "home"].value',
  'emails[primary eq true].primary',
  'emails[value co "x"].type',
  'emails[not (type eq "work")].value',
  'roles[primary eq "True"].value',
  'addresses[type eq "work"].formatted',
  'members[value eq "a"]',
  'members[value eq "a"].type',
  'members[type eq "User" or display pr]',
  '__proto__.polluted',
  'constructor.prototype.polluted',
  '__proto__',
  'emails.__proto__',
  'emails[__proto__ pr].value',
  `${enterprise}:__proto__`,
  'password',
  'urn:example:2.0:User:x',
  'emails[',
  '',
]
const path = fc.constantFrom(...paths)
const simple = fc.constantFrom<unknown>(
  'a@x',
  'work',
  '',
  'True',
  '{"value":"admin"}',
  'u1',
  0,
  1,
  true,
  false,
  null,
)
const member = fc.dictionary(
  fc.constantFrom(
    'value',
    'type',
    'primary',
    'display',
    '$ref',
    'givenName',
    'Value',
    'constructor',
  ),
  simple,
)
const value = fc.oneof(
  simple,
  member,
  fc.array(fc.oneof(simple, member), { maxLength: 3 }),
  fc
    .array(fc.tuple(path, fc.oneof(simple, member)), { maxLength: 3 })
    .map((each) => jsonObject(each)),
  fc.jsonValue({ maxDepth: 4 }),
)

/** An object with own `__proto__` where the entries name it, as JSON.parse makes it. */
function jsonObject(entries: readonly (readonly [string, unknown])[]): unknown {
  const members = entries.map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`)
  return JSON.parse(`{${members.join(',')}}`)
}
const anyOperation = fc.record(
  {
    op: fc.constantFrom('add', 'Replace', 'remove', 'move'),
    path: fc.option(path, { nil: undefined }),
    value,
  },
  { requiredKeys: ['op'] },
)
const plausibleOperation = fc.record({
  op: fc.constantFrom('add', 'replace', 'remove'),
  path: fc.constantFrom(
    'title',
    'name',
    'name.givenName',
    'active',
    'emails',
    'emails[type eq "work"]',
    'emails[type eq "home"].value',
    'emails[primary eq true].value',
    'emails.primary',
    'roles',
    enterprise,
    `${enterprise}:manager`,
  ),
  value: fc.oneof(
    fc.constantFrom<unknown>(
      'x@y',
      '',
      null,
      true,
      [],
      'u3',
      { givenName: 'Eva' },
      { department: 'D' },
    ),
    fc.array(
      fc.record(
        {
          value: fc.constantFrom('a@x', 'A@X', 'c@x', ''),
          type: fc.constantFrom('work', 'home'),
          primary: fc.boolean(),
        },
        { requiredKeys: ['value'] },
      ),
      { maxLength: 3 },
    ),
  ),
})
const patch = fc.record({
  schemas: fc.constant([patchOpSchema]),
  Operations: fc.oneof(
    fc.array(anyOperation, { maxLength: 4 }),
    fc.array(plausibleOperation, { minLength: 1, maxLength: 3 }),
  ),
})

function primaries(value: unknown): number {
  return Array.isArray(value)
    ? value.filter((each: unknown) => Reflect.get(Object(each), 'primary') === true).length
    : 0
}

function check(model: ResourceModel, before: Resource, body: unknown, profile: Profile): boolean {
  const frozen = JSON.stringify(before)
  const result = patchOrRefuse(model, before, body, profile)
  expect(JSON.stringify(before)).toBe(frozen)
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
  expect(Object.keys(Object.prototype)).toEqual([])
  if (result === undefined) return false
  for (const each of Object.values(result.resource)) expect(primaries(each)).toBeLessThan(2)
  expect(result.resource['id']).toBe(before['id'])
  // Whatever the profile let in, the outcome is a strictly valid resource.
  parseResource(JSON.parse(JSON.stringify(result.resource)), model, 'rfc')
  return result.changed
}

function patchOrRefuse(
  model: ResourceModel,
  before: Resource,
  body: unknown,
  profile: Profile,
): EngineResult | undefined {
  try {
    return patchAtOnce(model, before, parsePatchRequest(body, profile), profile)
  } catch (error) {
    if (error instanceof ScimError) return undefined
    throw error
  }
}

test(`random PATCHes end in a valid resource or a ScimError, and pollute nothing (seed ${seed})`, () => {
  let changes = 0
  fc.assert(
    fc.property(patch, fc.constantFrom(...profiles), (body, profile) => {
      if (check(users, user, body, profile)) changes += 1
      check(groups, group, body, profile)
    }),
    runs,
  )
  // A generator whose every PATCH is refused would prove nothing.
  expect(changes).toBeGreaterThan(runs.numRuns / 20)
})

const body = fc.oneof(
  fc.jsonValue(),
  fc
    .array(fc.tuple(fc.constantFrom(...paths), value), { maxLength: 5 })
    .map((entries) =>
      jsonObject([
        ['schemas', user['schemas']],
        ['userName', 'ana'],
        ['displayName', 'g'],
        ...entries,
      ]),
    ),
)

test(`random bodies are read or refused, and pollute nothing (seed ${seed})`, () => {
  let accepted = 0
  fc.assert(
    fc.property(body, fc.constantFrom(...profiles), (each, profile) => {
      for (const model of [users, groups]) if (parseOrRefuse(each, model, profile)) accepted += 1
      expect(Reflect.get({}, 'polluted')).toBeUndefined()
      expect(Object.keys(Object.prototype)).toEqual([])
    }),
    runs,
  )
  expect(accepted).toBeGreaterThan(runs.numRuns / 20)
})

function parseOrRefuse(json: unknown, model: ResourceModel, profile: Profile): boolean {
  let parsed: ParsedResource
  try {
    parsed = parseResource(json, model, profile)
  } catch (error) {
    if (error instanceof ScimError) return false
    throw error
  }
  // Reading our own answer strictly gives the same again.
  const answer: unknown = JSON.parse(JSON.stringify(parsed.resource))
  expect(parseResource(answer, model, 'rfc').resource).toEqual(parsed.resource)
  return true
}
