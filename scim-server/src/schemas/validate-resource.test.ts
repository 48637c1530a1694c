import { describe, expect, test } from 'vitest'

import { createResourceModel } from '../protocol/attribute.ts'
import type { Profile } from '../protocol/profile.ts'
import { mergePut } from '../protocol/put-merge.ts'
import { copyValue, type Resource } from '../protocol/resource.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { type ParsedResource, parseResource } from '../protocol/validate-resource.ts'
import { createGroupType, createUserType } from './resource-types.ts'

const users = createResourceModel(createUserType({ roleKeys: ['agent', 'admin'] }))
const groups = createResourceModel(createGroupType())
const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
const coreGroup = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const payroll = 'urn:example:params:scim:schemas:extension:payroll:2.0:User'

function parse(rest: object, profile: Profile = 'compat'): ParsedResource {
  return parseResource({ schemas: [core], userName: 'ana', ...rest }, users, profile)
}

function plain(resource: Resource): unknown {
  return JSON.parse(JSON.stringify(resource))
}

function refusal(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof ScimError) return error.scimType ?? String(error.status)
    throw error
  }
}

function codes({ warnings }: ParsedResource): readonly string[] {
  return warnings.map((each) => each.code)
}

describe('RFC7644-3.3 creating', () => {
  test('a user with only a userName is valid, and nothing is inherited', () => {
    const { resource } = parse({}, 'interop')
    expect(plain(resource)).toEqual({ schemas: [core], userName: 'ana' })
    expect('constructor' in resource || '__proto__' in resource).toBe(false)
  })

  test('names are read in any case and written in the canonical one', () => {
    const { resource } = parse({ DISPLAYNAME: 'Ana', Emails: [{ VALUE: 'a@x', Type: 'work' }] })
    expect(resource).toMatchObject({ displayName: 'Ana', emails: [{ value: 'a@x', type: 'work' }] })
  })

  test.each([
    ['compat', undefined],
    ['rfc', 'invalidSyntax'],
    ['interop', 'invalidSyntax'],
  ] as const)('%s: a body without its schema ends in %s', (profile, expected) => {
    const legacy = ['urn:scim:schemas:core:1.0']
    expect(refusal(() => parseResource({ schemas: legacy, userName: 'a' }, users, profile))).toBe(
      expected,
    )
  })

  test.each([
    ['compat', undefined],
    ['rfc', undefined],
    ['interop', 'invalidSyntax'],
  ] as const)('%s: an unknown schema and an unknown attribute end in %s', (profile, expected) => {
    const uri = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'
    const body = { schemas: [coreGroup, uri], displayName: 'g' }
    expect(refusal(() => parseResource(body, groups, profile))).toBe(expected)
    expect(refusal(() => parse({ shoeSize: 42 }, profile))).toBe(expected)
  })

  test('what is ignored leaves a warning, and a password leaves nothing else', () => {
    const parsed = parse({
      shoeSize: 42,
      password: 'geheim',
      id: 'x',
      groups: [],
      [payroll]: {},
    })
    expect(codes(parsed)).toEqual([
      'unknown-attribute-ignored',
      'password-discarded',
      'read-only-ignored',
      'read-only-ignored',
      'unknown-schema-ignored',
    ])
    expect(JSON.stringify(parsed)).not.toContain('geheim')
  })

  test('a missing, empty or blank required attribute is refused', () => {
    expect(refusal(() => parse({ userName: undefined }))).toBe('invalidValue')
    expect(refusal(() => parse({ userName: '' }))).toBe('invalidValue')
    expect(refusal(() => parseResource({ schemas: [coreGroup] }, groups, 'compat'))).toBe(
      'invalidValue',
    )
  })

  test('null, "", [] and objects without values are unassigned', () => {
    const { resource } = parse({
      title: null,
      nickName: '',
      emails: [null, { type: 'work', value: '' }],
      roles: [],
      name: { middleName: '' },
      [enterprise]: { department: null },
    })
    expect(plain(resource)).toEqual({ schemas: [core], userName: 'ana' })
  })

  test('RFC7643-6 a required extension must have a value', () => {
    const type = createUserType()
    const strict = createResourceModel({
      ...type,
      extensions: type.extensions.map(({ schema }) => ({
        schema,
        required: schema.id === enterprise,
      })),
    })
    const body = { schemas: [core], userName: 'ana' }
    expect(refusal(() => parseResource(body, strict, 'compat'))).toBe('invalidValue')
    const complete = { ...body, [enterprise]: { department: 'Sales' } }
    expect(refusal(() => parseResource(complete, strict, 'compat'))).toBeUndefined()
  })

  test('schemas lists the extensions that have values', () => {
    const { resource } = parse({ [enterprise]: { department: 'Sales' } })
    expect(resource['schemas']).toEqual([core, enterprise])
  })

  test.each([
    [
      'emails',
      [
        { value: 'a@x', primary: true },
        { value: 'b@x', primary: true },
      ],
    ],
    ['x509Certificates', [{ value: 'not base64!' }]],
    ['name', 'Ana'],
    ['title', ['a', 'b']],
    ['title', 'a\0b'],
    ['title', '\uD800'],
    ['title', 'x'.repeat(1025)],
    ['active', 'maybe'],
  ])('%s of a wrong value is refused', (name, value) => {
    expect(refusal(() => parse({ [name]: value }))).toBe('invalidValue')
    expect(refusal(() => parse({ [name]: value }, 'rfc'))).toBe('invalidValue')
  })

  test('the same type and value twice is one email', () => {
    const parsed = parse({
      emails: [
        { value: 'A@x', type: 'work' },
        { value: 'a@x', type: 'work', primary: true },
        { value: 'a@x' },
      ],
    })
    expect(plain(parsed.resource)).toMatchObject({
      emails: [{ value: 'A@x', type: 'work', primary: true }, { value: 'a@x' }],
    })
    expect(codes(parsed)).toEqual(['duplicate-merged'])
  })
})

describe('compat coercions that rfc and interop refuse', () => {
  const json = '{"id":"1","value":"admin","displayName":"Admin"}'
  test.each([
    ['a string boolean', { active: 'False' }, { active: false }],
    [
      'a string boolean inside a role',
      { roles: [{ primary: 'True', value: 'agent' }] },
      { roles: [{ primary: true, value: 'agent' }] },
    ],
    ['one object for a list', { emails: { value: 'a@x' } }, { emails: [{ value: 'a@x' }] }],
    ['strings for elements', { roles: ['agent'] }, { roles: [{ value: 'agent' }] }],
    ['a number for a string', { title: 7 }, { title: '7' }],
    [
      'a manager as string',
      { [enterprise]: { manager: '271' } },
      { [enterprise]: { manager: { value: '271' } } },
    ],
  ])('%s', (_, body, expected) => {
    const parsed = parse(body)
    expect(plain(parsed.resource)).toMatchObject(expected)
    expect(codes(parsed)).toContain('value-coerced')
    expect(refusal(() => parse(body, 'rfc'))).toBe('invalidValue')
    expect(refusal(() => parse(body, 'interop'))).toBe('invalidValue')
  })

  test('a role as JSON text is opened, and in interop is no canonical value', () => {
    const body = { roles: [{ value: json }] }
    expect(plain(parse(body).resource)).toMatchObject({
      roles: [{ value: 'admin', display: 'Admin' }],
    })
    expect(plain(parse(body, 'rfc').resource)).toMatchObject({ roles: [{ value: json }] })
    expect(refusal(() => parse(body, 'interop'))).toBe('invalidValue')
  })

  test('an enterprise attribute without prefix', () => {
    expect(plain(parse({ manager: '271', department: null }).resource)).toMatchObject({
      [enterprise]: { manager: { value: '271' } },
    })
    expect(parse({ manager: '271' }, 'rfc').resource[enterprise]).toBeUndefined()
  })

  test('a reference alone names its member', () => {
    const body = {
      schemas: [coreGroup],
      displayName: 'g',
      members: [{ $ref: 'https://x/Users/u1' }],
    }
    expect(parseResource(body, groups, 'rfc').rows.get('members')).toEqual([{ value: 'u1' }])
  })
})

describe('hostile bodies', () => {
  test.each([
    '{"__proto__":{"x":1}}',
    '{"name":{"constructor":{}}}',
    '{"emails":[{"prototype":1}]}',
  ])('prototype names are refused: %s', (text) => {
    expect(refusal(() => parse(JSON.parse(`{"a":${text}}`) as object))).toBe('invalidSyntax')
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
  })

  test('a body nested deeper than 20 levels is refused', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(30)}${']'.repeat(30)}`)
    expect(refusal(() => parse({ emails: deep }))).toBe('invalidSyntax')
    expect(refusal(() => parseResource([], users, 'compat'))).toBe('invalidSyntax')
  })
})

describe('RFC7644-3.5.1 replacing', () => {
  const current = copyValue<Resource>({
    schemas: [core, enterprise],
    id: 'u1',
    userName: 'ana',
    externalId: 'e1',
    active: false,
    title: 'Agent',
    meta: { version: 'W/"1"' },
    [enterprise]: { manager: { value: 'u2', $ref: '/Users/u2', displayName: 'Bea' } },
  })
  const put = (rest: object, profile: Profile = 'compat') =>
    mergePut(users, current, parse(rest, profile), profile)

  test('omitted attributes are cleared, but active and externalId stay', () => {
    const { resource, changed } = put({})
    expect(changed).toBe(true)
    expect(plain(resource)).toEqual({
      schemas: [core],
      id: 'u1',
      userName: 'ana',
      externalId: 'e1',
      active: false,
      meta: { version: 'W/"1"' },
    })
  })

  test('our own GET body changes nothing', () => {
    const { changed, resource } = put(plain(current) as object)
    expect(changed).toBe(false)
    expect(resource).toBe(current)
  })

  test('a new manager drops what was derived from the old one', () => {
    const { resource } = put({ [enterprise]: { manager: { value: 'u3', $ref: '/Users/u2' } } })
    expect(plain(resource)).toMatchObject({ [enterprise]: { manager: { value: 'u3' } } })
    expect(JSON.stringify(resource)).not.toContain('/Users/u2')
  })

  test('the same manager keeps what was derived from it', () => {
    const { resource } = put({ title: 'New', [enterprise]: { manager: { value: 'u2' } } })
    expect(plain(resource)).toMatchObject({
      title: 'New',
      [enterprise]: plain(current[enterprise] as Resource) as object,
    })
  })

  test('another id in the body is refused, in compat ignored', () => {
    const body = { schemas: [core], userName: 'ana', id: 'u9' }
    expect(refusal(() => parseResource(body, users, 'rfc', { id: 'u1' }))).toBe('mutability')
    expect(codes(parseResource(body, users, 'compat', { id: 'u1' }))).toContain('read-only-ignored')
  })

  test('nobody becomes their own manager', () => {
    expect(refusal(() => put({ [enterprise]: { manager: { value: 'u1' } } }))).toBe('invalidValue')
  })

  test.each([
    ['compat', undefined, []],
    ['rfc', undefined, [{ attribute: 'members', kind: 'clear' }]],
    ['compat', [], [{ attribute: 'members', kind: 'clear' }]],
    [
      'compat',
      [{ value: 'a' }],
      [{ attribute: 'members', kind: 'replace', values: [{ value: 'a' }] }],
    ],
  ] as const)('%s: a group with members %j compiles to %j', (profile, members, expected) => {
    const group = copyValue<Resource>({ schemas: [coreGroup], id: 'g', displayName: 'g' })
    const body = { schemas: [coreGroup], displayName: 'g', ...(members ? { members } : {}) }
    const parsed = parseResource(body, groups, profile)
    expect(mergePut(groups, group, parsed, profile).rowOperations).toEqual(expected)
  })
})
