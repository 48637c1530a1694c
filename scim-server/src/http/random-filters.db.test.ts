import { testEngines } from '@plantel/db/testing'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  type OracleAttribute,
  type OracleFilter,
  type OracleList,
  oracleMatches,
  printOracle,
} from '../testing/filter-oracle.ts'
import { createUser, freshName, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'
import { testResourceType, testUrns } from '../testing/test-resource.ts'

const deep = process.env['TEST_DEPTH'] === 'deep'
const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31)
const runs = { numRuns: deep ? 10_000 : 150, seed }
const timeout = deep ? 3_600_000 : 60_000

const words = [
  'a',
  'A',
  'ab',
  'É',
  'e\u0301',
  'ΑΣ',
  'ας',
  'ﬁ',
  '%',
  'a_b',
  "o'x",
  '\\',
  '"',
  '😀',
  '\uffff',
]
const operators = {
  text: ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'],
  exact: ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'],
  boolean: ['eq', 'ne'],
  number: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  moment: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  binary: ['eq', 'ne'],
} as const

/** Operands by type, taken from what the resources hold and from near it. */
type Operands = Readonly<Record<OracleAttribute['type'], readonly unknown[]>>

const operands: Operands = {
  text: [...words, 'work', 'HOME', 'peer'],
  exact: words,
  boolean: [true, false],
  number: [-1, 0, 1, 2, 1.5, 1e9],
  moment: [
    '2026-01-01T00:00:00Z',
    '2026-01-01T02:00:00+02:00',
    '2026-01-02T00:00:00.001Z',
    '1999-12-31T23:59:59Z',
  ],
  binary: ['AQ==', 'Ag==', 'AQID'],
}

const text = (path: string, ...keys: string[]): OracleAttribute => ({ path, keys, type: 'text' })
const typed = (
  type: OracleAttribute['type'],
  path: string,
  ...keys: string[]
): OracleAttribute => ({ path, keys, type })
const labelled = [
  text('value', 'value'),
  text('type', 'type'),
  typed('boolean', 'primary', 'primary'),
]

const ofUsers: readonly OracleAttribute[] = [
  text('userName', 'userName'),
  text('title', 'title'),
  text('name.familyName', 'name', 'familyName'),
  text(`${urns.user}:name.givenName`, 'name', 'givenName'),
  typed('exact', 'externalId', 'externalId'),
  typed('boolean', 'active', 'active'),
  text('emails', 'emails', 'value'),
  text('emails.type', 'emails', 'type'),
  text('phoneNumbers.value', 'phoneNumbers', 'value'),
  text(`${urns.enterprise}:department`, urns.enterprise, 'department'),
]
const listsOfUsers: readonly OracleList[] = [
  { path: 'emails', keys: ['emails'], inside: labelled },
  { path: 'phoneNumbers', keys: ['phoneNumbers'], inside: labelled },
]

const ofTests: readonly OracleAttribute[] = [
  text('note', 'note'),
  typed('exact', 'code', 'code'),
  typed('number', 'count', 'count'),
  typed('number', 'ratio', 'ratio'),
  typed('boolean', 'enabled', 'enabled'),
  typed('moment', 'startsAt', 'startsAt'),
  typed('binary', 'digest', 'digest'),
  text('tags', 'tags'),
  typed('number', 'scores', 'scores'),
  text('place.city', 'place', 'city'),
  typed('number', `${testUrns.extension}:level`, testUrns.extension, 'level'),
]
const listsOfTests: readonly OracleList[] = [
  {
    path: 'links',
    keys: ['links'],
    inside: [
      typed('exact', 'value', 'value'),
      text('type', 'type'),
      typed('boolean', 'primary', 'primary'),
    ],
  },
]

describe.each(testEngines)('random filters on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine, { extraResourceTypes: [testResourceType] })
    client = await scim.connect({ profile: 'rfc' })
    for (let index = 0; index < 30; index += 1) {
      await createUser(client, sample(userBody, index, `${words[index % words.length]}${index}`))
      const body = { ...sample(testBody, index), name: freshName('t') }
      const created = await client.request('POST', '/TestResources', body)
      if (created.status !== 201) throw new Error(created.text)
    }
  })
  afterAll(() => scim.close())

  test.each([
    ['/Users', ofUsers, listsOfUsers],
    ['/TestResources', ofTests, listsOfTests],
  ] as const)(
    `find in %s what a plain evaluation finds (seed ${seed})`,
    async (path, leaves, lists) => {
      const all = resourcesOf(await client.request('GET', `${path}?count=200`))
      expect(all).toHaveLength(30)
      let selective = 0
      await fc.assert(
        fc.asyncProperty(
          arbitraryFilter(leaves, lists, operands),
          fc.nat(),
          async (filter, noise) => {
            const printed = printOracle(filter, noise)
            const body = { schemas: [urns.search], filter: printed, attributes: ['id'], count: 200 }
            const answer = await client.request('POST', `${path}/.search`, body)
            const expected = matching(all, filter)
            if (expected.length > 0 && expected.length < all.length) selective += 1
            const found =
              answer.status === 200 ? resourcesOf(answer).map(({ id }) => id) : answer.text
            expect({ printed, found }).toEqual({ printed, found: expected })
          },
        ),
        runs,
      )
      // Filters that find everybody or nobody would prove little.
      expect(selective).toBeGreaterThan(runs.numRuns / 10)
    },
    timeout,
  )
})

function resourcesOf({ body }: ScimResponse): readonly Record<string, unknown>[] {
  return body['Resources'] as readonly Record<string, unknown>[]
}

function matching(all: readonly Record<string, unknown>[], filter: OracleFilter): unknown[] {
  return all.filter((each) => oracleMatches(each, filter)).map(({ id }) => id)
}

const word = fc.constantFrom(...words)
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: 2 })
const labels = (values: fc.Arbitrary<string>): fc.Arbitrary<object[]> =>
  fc
    .uniqueArray(
      fc.record({ value: values, type: maybe(fc.constantFrom('work', 'home', 'peer')) }),
      {
        maxLength: 3,
        selector: ({ value }) => value.normalize('NFKC').toLowerCase(),
      },
    )
    .map((list) => list.map((each, index) => (index === 1 ? { ...each, primary: true } : each)))

const userBody = fc.record({
  title: maybe(word),
  externalId: maybe(word),
  active: maybe(fc.boolean()),
  name: maybe(fc.record({ familyName: maybe(word), givenName: maybe(word) })),
  emails: labels(word),
  phoneNumbers: labels(word),
  [urns.enterprise]: maybe(fc.record({ department: maybe(word) })),
})
const testBody = fc.record({
  schemas: fc.constant([testUrns.core]),
  note: maybe(word),
  count: maybe(fc.constantFrom(-1, 0, 1, 2)),
  ratio: maybe(fc.constantFrom(-1, 0, 1.5, 1e9)),
  enabled: maybe(fc.boolean()),
  startsAt: maybe(
    fc.constantFrom(
      '2026-01-01T00:00:00Z',
      '2026-01-02T01:00:00.001+01:00',
      '2027-01-01T00:00:00Z',
    ),
  ),
  digest: maybe(fc.constantFrom('AQ==', 'Ag==', 'AQID')),
  tags: fc.uniqueArray(word, {
    maxLength: 3,
    selector: (each) => each.normalize('NFKC').toLowerCase(),
  }),
  scores: fc.uniqueArray(fc.constantFrom(-1, 0, 1, 2), { maxLength: 2 }),
  place: maybe(fc.record({ city: maybe(word) })),
  links: labels(word),
  [testUrns.extension]: maybe(fc.record({ level: maybe(fc.constantFrom(0, 1, 2)) })),
})

function sample(
  body: fc.Arbitrary<object>,
  index: number,
  userName?: string,
): Record<string, unknown> {
  const [one = {}] = fc.sample(body, { numRuns: 1, seed: seed + index })
  if (userName === undefined) return { ...one }
  // Somebody inactive of the same externalId would be restored instead of created.
  const { externalId, ...rest } = one as { externalId?: string }
  return {
    ...rest,
    ...(externalId === undefined ? {} : { externalId: `${externalId}${index}` }),
    userName,
  }
}

function arbitraryFilter(
  attributes: readonly OracleAttribute[],
  lists: readonly OracleList[],
  operands: Operands,
): fc.Arbitrary<OracleFilter> {
  const leaf = (from: readonly OracleAttribute[]): fc.Arbitrary<OracleFilter> =>
    fc.constantFrom(...from).chain((of) => arbitraryLeaf(of, operands))
  const element = fc.constantFrom(...lists).chain((of) =>
    arbitraryTree(leaf(of.inside), 2).map((filter): OracleFilter => ({
      kind: 'element',
      of,
      filter,
    })),
  )
  return arbitraryTree(fc.oneof({ arbitrary: leaf(attributes), weight: 3 }, element), 3)
}

function arbitraryLeaf(of: OracleAttribute, operands: Operands): fc.Arbitrary<OracleFilter> {
  const compare = fc
    .record({
      operator: fc.constantFrom<string>(...operators[of.type]),
      operand: fc.constantFrom(...operands[of.type]),
    })
    .map((each): OracleFilter => ({ kind: 'compare', of, ...each }))
  const empty = fc
    .constantFrom('eq', 'ne')
    .map((operator): OracleFilter => ({ kind: 'compare', of, operator, operand: null }))
  const present = fc.constant<OracleFilter>({ kind: 'pr', of })
  return fc.oneof({ arbitrary: compare, weight: 8 }, present, empty)
}

function arbitraryTree(
  leaf: fc.Arbitrary<OracleFilter>,
  maxDepth: number,
): fc.Arbitrary<OracleFilter> {
  return fc.letrec<{ tree: OracleFilter }>((tie) => ({
    tree: fc.oneof(
      { maxDepth },
      leaf,
      tie('tree').map((operand): OracleFilter => ({ kind: 'not', operand })),
      fc
        .record({
          kind: fc.constantFrom('and' as const, 'or' as const),
          operands: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
        })
        .map((each): OracleFilter => each),
    ),
  })).tree
}
