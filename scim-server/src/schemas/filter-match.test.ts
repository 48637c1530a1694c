import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { createResourceModel } from '../protocol/attribute.ts'
import { matchesFilter } from '../protocol/filter-match.ts'
import { parseFilter } from '../protocol/filter-parser.ts'
import { printFilter } from '../protocol/filter-printer.ts'
import { resolveFilter } from '../protocol/filter-resolve.ts'
import type { CompareOperator, Filter } from '../protocol/filter.ts'
import { resolveSort } from '../protocol/list-query.ts'
import type { Profile } from '../protocol/profile.ts'
import { copyValue, type Resource } from '../protocol/resource.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { createGroupType, createUserType } from './resource-types.ts'

const users = createResourceModel(createUserType())
const groups = createResourceModel(createGroupType())
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const ana = copyValue<Resource>({
  id: 'U1',
  userName: 'Ana@Example.com',
  externalId: 'Ext',
  active: true,
  nickName: '',
  name: { givenName: 'Ana' },
  meta: { created: '2026-01-31T10:00:00Z' },
  emails: [
    { value: 'a@work', type: 'work', primary: true },
    { value: 'a@home', type: 'home' },
  ],
  [enterprise]: { department: 'Sales', manager: { value: 'U2' } },
})

function matches(
  text: string,
  profile: Profile = 'compat',
  resource: Resource = ana,
): boolean | string {
  try {
    return matchesFilter(resource, resolveFilter(parseFilter(text, profile), users, profile))
  } catch (error) {
    if (error instanceof ScimError) return error.scimType ?? ''
    throw error
  }
}

function inGroups(text: string): boolean {
  const filter = resolveFilter(parseFilter(text, 'rfc'), groups, 'rfc', { unknown: 'absent' })
  return matchesFilter(copyValue<Resource>({ displayName: 'g' }), filter)
}

describe('RFC7644-3.4.2.2 evaluation', () => {
  test.each([
    ['userName eq "ANA@example.COM"', true],
    ['USERNAME sw "ana@"', true],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName ew ".COM"', true],
    ['externalId eq "ext"', false],
    ['externalId eq "Ext"', true],
    ['id eq "u1"', false],
    ['active eq true and active ne false', true],
    ['nickName pr', false],
    ['nickName lt "a"', false],
    ['title pr', false],
    ['name pr', true],
    ['title eq null', true],
    ['title eq ""', true],
    ['title ne ""', false],
    ['title ne "x"', true],
    ['not (title eq "x")', true],
    ['title co "x"', false],
    ['userName co ""', true],
    ['title sw ""', false],
    ['emails co "HOME"', true],
    ['emails ne "a@work"', true],
    ['emails.type ne "work"', true],
    ['emails[type eq "work" and value eq "a@home"]', false],
    ['emails[type eq "work"].value eq "a@home"', false],
    ['emails[type eq "home"].value eq "A@HOME"', true],
    ['emails[not (type eq "work")]', true],
    ['not (emails[type eq "work"])', false],
    ['meta.created eq "2026-01-31T12:00:00+02:00"', true],
    ['meta.created gt "2026-01-31T09:59:59.999999Z"', true],
    ['meta.created lt "2026-01-31T10:00:00Z"', false],
    ['userName gt "ana" and userName lt "anb"', true],
    [`${enterprise.toUpperCase()}:department eq "sales"`, true],
    [`${enterprise}:manager eq "u2"`, true],
    ['id eq "U1" and manager eq "U2"', true],
    ['groups eq "g"', false],
  ])('%s is %j', (text, expected) => {
    expect(matches(text)).toBe(expected)
  })

  test.each([
    'shoeSize eq 1',
    'password eq "x"',
    '__proto__ pr',
    'constructor pr',
    'emails.constructor pr',
    'name eq "Ana"',
    'active gt true',
    'active co "t"',
    'active eq 1',
    'userName eq 1',
    'title gt null',
    'meta.created co "2026"',
    'meta.created eq "yesterday"',
    'meta.created gt ""',
    'x509Certificates.value gt "AAAA"',
    'x509Certificates.value eq "%%"',
    'name[givenName eq "Ana"]',
    'emails[emails.type eq "work"]',
    'emails.value[type eq "work"]',
    `${enterprise} pr`,
    'urn:example:x pr',
  ])('%s is refused', (text) => {
    expect(matches(text)).toBe('invalidFilter')
  })

  test.each([
    ['active eq "True"', true, 'invalidFilter'],
    ['department eq "Sales"', true, 'invalidFilter'],
  ])('%s is read in compat only', (text, inCompat, inRfc) => {
    expect(matches(text)).toBe(inCompat)
    expect(matches(text, 'rfc')).toBe(inRfc)
    expect(matches(text, 'interop')).toBe(inRfc)
  })

  test('in a search over several types an unknown attribute has no value', () => {
    expect(inGroups('userName eq "x"')).toBe(false)
    expect(inGroups('userName ne "x" and not (userName pr) and userName eq null')).toBe(true)
    expect(inGroups('emails[type eq "work"] or displayName eq "G"')).toBe(true)
  })

  test('an error names the attribute and never the operand', () => {
    expect(() => resolveFilter(parseFilter('active eq "secret"', 'rfc'), users, 'rfc')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    )
  })
})

test('RFC7644-3.4.2.3 a list is sorted by what has an order', () => {
  expect(resolveSort('emails', users, 'rfc').subAttribute?.path).toBe('emails.value')
  expect(resolveSort('NAME.familyName', users, 'rfc').subAttribute?.path).toBe('name.familyName')
  for (const by of ['name', 'shoeSize', enterprise]) {
    expect(() => resolveSort(by, users, 'rfc')).toThrow(
      expect.objectContaining({ scimType: 'invalidValue' }),
    )
  }
  expect(() => resolveSort('members', groups, 'rfc')).toThrow(ScimError)
})

const deep = process.env['TEST_DEPTH'] === 'deep'
const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31)
const runs = { numRuns: deep ? 20_000 : 500, seed }

/** What the naive evaluator knows, written down a second time by hand. */
type Kind = 'folded' | 'exact' | 'boolean' | 'time'
interface User {
  userName: string
  externalId?: string
  active?: boolean
  title?: string
  name?: { givenName?: string; familyName?: string }
  meta: { created: string }
  emails?: { value: string; type?: string; primary?: boolean }[]
}
type Email = NonNullable<User['emails']>[number]

const kinds: Readonly<Record<string, Kind>> = {
  userName: 'folded',
  externalId: 'exact',
  active: 'boolean',
  title: 'folded',
  'name.givenName': 'folded',
  'name.familyName': 'folded',
  'meta.created': 'time',
  emails: 'folded',
  'emails.type': 'folded',
  'emails.primary': 'boolean',
  value: 'folded',
  type: 'folded',
  primary: 'boolean',
}

function naiveValues(path: string, user: User, email: Email | undefined): readonly unknown[] {
  if (path === 'value' || path === 'type' || path === 'primary') return [email?.[path]]
  if (path === 'emails') return (user.emails ?? []).map((each) => each.value)
  const [first = '', second] = path.split('.')
  const found: unknown = Reflect.get(user, first)
  if (second === undefined) return [found]
  const holders = Array.isArray(found) ? found : [found]
  return holders.map((each: unknown) =>
    typeof each === 'object' && each !== null ? Reflect.get(each, second) : undefined,
  )
}

function naive(filter: Filter, user: User, email?: Email): boolean {
  switch (filter.kind) {
    case 'and':
      return !filter.operands.some((each) => !naive(each, user, email))
    case 'or':
      return filter.operands.some((each) => naive(each, user, email))
    case 'not':
      return !naive(filter.operand, user, email)
    case 'element':
      return (user.emails ?? []).some((each) => naive(filter.filter, user, each))
    case 'present':
      if (filter.path === 'name')
        return Boolean(user.name?.givenName) || Boolean(user.name?.familyName)
      return naiveValues(filter.path, user, email).some((each) => each !== undefined && each !== '')
    case 'compare': {
      const values = naiveValues(filter.path, user, email).filter(
        (each) => each !== undefined && each !== '',
      )
      const { operator, value } = filter
      if (value === null || value === '') {
        if (operator === 'eq') return values.length === 0
        return operator === 'lt' || operator === 'le' ? false : values.length > 0
      }
      if (operator === 'ne' && values.length === 0) return true
      const kind = kinds[filter.path] ?? 'exact'
      return values.some((each) => naiveCompare(kind, String(each), operator, String(value)))
    }
    default:
      return filter satisfies never
  }
}

function naiveCompare(
  kind: Kind,
  actual: string,
  operator: CompareOperator,
  operand: string,
): boolean {
  const key = (each: string): string => {
    if (kind === 'time') return new Date(each).toISOString()
    return kind === 'folded' ? each.normalize('NFKC').toLowerCase() : each
  }
  const [left, right] = [key(actual), key(operand)]
  const table: Readonly<Record<CompareOperator, boolean>> = {
    eq: left === right,
    ne: left !== right,
    co: left.includes(right),
    sw: left.indexOf(right) === 0,
    ew: left.slice(-right.length) === right,
    gt: left > right,
    ge: left >= right,
    lt: left < right,
    le: left <= right,
  }
  return table[operator]
}

const word = fc.constantFrom('a', 'A', 'ab', 'B', 'É', 'é', 'work', 'Work', 'home')
const time = fc.constantFrom(
  '2026-01-31T10:00:00Z',
  '2026-01-31T12:00:00+02:00',
  '2026-02-01T00:00:00.5Z',
)
const arbitraryUser: fc.Arbitrary<User> = fc
  .record(
    {
      userName: word,
      externalId: word,
      active: fc.boolean(),
      title: word,
      name: fc.record({ givenName: word, familyName: word }, { requiredKeys: [] }),
      meta: fc.record({ created: time }),
      emails: fc.array(
        fc.record({ value: word, type: word, primary: fc.boolean() }, { requiredKeys: ['value'] }),
        { maxLength: 3 },
      ),
    },
    { requiredKeys: ['userName', 'meta'] },
  )
  .map((each) => each as User)

const comparison = (path: string): fc.Arbitrary<Filter> => {
  const kind = kinds[path] ?? 'exact'
  const ordered = ['gt', 'ge', 'lt', 'le'] as const
  const operators: readonly CompareOperator[] =
    kind === 'boolean'
      ? ['eq', 'ne']
      : kind === 'time'
        ? ['eq', 'ne', ...ordered]
        : ['eq', 'ne', 'co', 'sw', 'ew', ...ordered]
  const operand =
    kind === 'boolean' ? fc.boolean() : kind === 'time' ? time : fc.oneof(word, fc.constant(''))
  return fc.oneof(
    fc
      .record({ operator: fc.constantFrom(...operators), value: operand })
      .map((each): Filter => ({ kind: 'compare', path, ...each })),
    fc
      .constantFrom('eq' as const, 'ne' as const)
      .map((operator): Filter => ({ kind: 'compare', path, operator, value: null })),
    fc.constant<Filter>({ kind: 'present', path }),
  )
}
const tree = (leaves: fc.Arbitrary<Filter>, levels: number): fc.Arbitrary<Filter> => {
  if (levels === 0) return leaves
  const inner = tree(leaves, levels - 1)
  const several = fc.array(inner, { minLength: 2, maxLength: 3 })
  return fc.oneof(
    leaves,
    inner.map((operand): Filter => ({ kind: 'not', operand })),
    several.map((operands): Filter => ({ kind: 'and', operands })),
    several.map((operands): Filter => ({ kind: 'or', operands })),
  )
}
const elementPaths = ['value', 'type', 'primary']
const inElement = tree(fc.constantFrom(...elementPaths).chain(comparison), 2)
const userPaths = Object.keys(kinds).filter((each) => !elementPaths.includes(each))
const arbitraryFilter = tree(
  fc.oneof(
    fc.constantFrom(...userPaths).chain(comparison),
    fc.constant<Filter>({ kind: 'present', path: 'name' }),
    inElement.map((filter): Filter => ({ kind: 'element', path: 'emails', filter })),
  ),
  3,
)

test(`random filters agree with a naive evaluator (seed ${seed})`, () => {
  fc.assert(
    fc.property(arbitraryFilter, arbitraryUser, (filter, user) => {
      const resolved = resolveFilter(parseFilter(printFilter(filter), 'rfc'), users, 'rfc')
      expect(matchesFilter(copyValue(user as unknown as Resource), resolved)).toBe(
        naive(filter, user),
      )
    }),
    runs,
  )
})
