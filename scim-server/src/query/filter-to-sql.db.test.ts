import { readInWorkspace } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { saveMappingRules } from '@plantel/team'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Attribute, ResourceModel } from '../protocol/attribute.ts'
import { matchesFilter } from '../protocol/filter-match.ts'
import type { CompareOperator, FilterTarget, ResolvedFilter } from '../protocol/filter.ts'
import type { Resource } from '../protocol/resource.ts'
import { listGroups } from '../resources/group-queries.ts'
import { groupModel, userModel } from '../resources/resource-models.ts'
import { listUsers } from '../resources/user-queries.ts'
import { createGroup, createUser } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'

const deep = process.env['TEST_DEPTH'] === 'deep'
const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31)
const runs = { numRuns: deep ? 5_000 : 250, seed }
console.info(`TEST_SEED=${seed}`)

/** Texts that fold, sort, escape or end in ways that SQL and JavaScript see differently. */
const words = [
  'a',
  'A',
  'ab',
  'B',
  'É',
  'e\u0301',
  'ΑΣ',
  'ας',
  'İ',
  'ﬁ',
  '%',
  'a_b',
  "o'x",
  '\\',
  '😀',
  '\uffff',
  '\u{10ffff}',
  'work',
  'Work',
  'true',
  '{"value":1}',
]
const word = fc.constantFrom(...words)
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 })
const labelled = fc.uniqueArray(
  fc.record({ value: word, type: maybe(word), display: maybe(word) }),
  { maxLength: 3, selector: ({ value, type }) => `${value.toLowerCase()} ${type?.toLowerCase()}` },
)
const withPrimary = fc.tuple(labelled, fc.nat(3)).map(([list, primary]) =>
  list.map(({ value, type }, index) => ({
    value,
    type,
    primary: index === primary || undefined,
  })),
)

/** Bodies of users, all attributes optional but for the name that the caller gives. */
function arbitraryUser(ids: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  return fc.record({
    externalId: maybe(word),
    displayName: maybe(word),
    active: maybe(fc.boolean()),
    title: maybe(word),
    name: maybe(fc.record({ givenName: maybe(word), familyName: maybe(word) })),
    emails: withPrimary,
    phoneNumbers: withPrimary,
    addresses: fc.array(fc.record({ locality: word, type: maybe(word) }), { maxLength: 2 }),
    roles: labelled,
    x509Certificates: fc.uniqueArray(
      fc.record({ value: fc.constantFrom('AAAA', 'AQID', 'aaaa') }),
      { maxLength: 2, selector: ({ value }) => value },
    ),
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': maybe(
      fc.record({
        department: maybe(word),
        manager: maybe(fc.record({ value: fc.constantFrom('nobody', ...ids) })),
      }),
    ),
    'urn:ietf:params:scim:schemas:extension:plantel:2.0:User': maybe(
      fc.record({
        workspaceRole: maybe(word),
        departments: fc.uniqueArray(word, {
          maxLength: 3,
          selector: (each) => each.normalize('NFKC').toLowerCase(),
        }),
      }),
    ),
  })
}

const operators: Readonly<Record<Attribute['type'], readonly CompareOperator[]>> = {
  string: ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'],
  reference: ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'],
  dateTime: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  integer: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  decimal: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  boolean: ['eq', 'ne'],
  binary: ['eq', 'ne'],
  complex: [],
}

/** Operands that a population gives reason to ask for. */
interface Operands {
  readonly texts: readonly string[]
  readonly instants: readonly string[]
}

function arbitraryLeaf(path: FilterTarget, operands: Operands): fc.Arbitrary<ResolvedFilter> {
  const attribute = path.subAttribute ?? path.attribute
  const present = fc.constant<ResolvedFilter>({ kind: 'present', path })
  const allowed = operators[attribute.type]
  if (allowed.length === 0) return present
  const value =
    attribute.type === 'boolean'
      ? fc.boolean()
      : fc.constantFrom(
          ...(attribute.type === 'dateTime'
            ? operands.instants
            : attribute.type === 'binary'
              ? ['AAAA', 'AQID']
              : operands.texts),
        )
  const compare = fc
    .record({ operator: fc.constantFrom(...allowed), value })
    .map((each): ResolvedFilter => ({ kind: 'compare', path, ...each }))
  return fc.oneof({ arbitrary: compare, weight: 6 }, { arbitrary: present, weight: 1 })
}

function arbitraryTree(leaf: fc.Arbitrary<ResolvedFilter>): fc.Arbitrary<ResolvedFilter> {
  const { tree } = fc.letrec<{ tree: ResolvedFilter }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      tie('tree').map((operand): ResolvedFilter => ({ kind: 'not', operand })),
      fc
        .record({
          kind: fc.constantFrom('and' as const, 'or' as const),
          operands: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
        })
        .map((each): ResolvedFilter => each),
    ),
  }))
  return tree
}

function arbitraryFilter(model: ResourceModel, operands: Operands): fc.Arbitrary<ResolvedFilter> {
  const attributes = [model.core, ...model.extensions].flatMap((schema) => [
    ...schema.attributes.values(),
  ])
  const targets = attributes.flatMap((attribute): FilterTarget[] => [
    { attribute, subAttribute: undefined },
    ...[...attribute.children.values()].map((subAttribute) => ({ attribute, subAttribute })),
  ])
  const elements = attributes
    .filter((attribute) => attribute.multiValued)
    .map((attribute) => {
      const inside = attribute.children.size === 0 ? [undefined] : [...attribute.children.values()]
      const leaves = inside.map((subAttribute) =>
        arbitraryLeaf({ attribute, subAttribute }, operands),
      )
      return arbitraryTree(fc.oneof(...leaves)).map((filter): ResolvedFilter => ({
        kind: 'element',
        path: { attribute, subAttribute: undefined },
        filter,
      }))
    })
  const leaves = targets.map((target) => arbitraryLeaf(target, operands))
  return arbitraryTree(
    fc.oneof({ arbitrary: fc.oneof(...leaves), weight: 3 }, fc.oneof(...elements)),
  )
}

function print(filter: ResolvedFilter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.operands.map((each) => print(each)).join(` ${filter.kind} `)})`
    case 'not':
      return `not (${print(filter.operand)})`
    case 'constant':
      return String(filter.value)
    case 'present':
      return `${pathOf(filter.path)} pr`
    case 'compare':
      return `${pathOf(filter.path)} ${filter.operator} ${JSON.stringify(filter.value)}`
    case 'element':
      return `${pathOf(filter.path)}[${print(filter.filter)}]`
    default:
      return filter satisfies never
  }
}

function pathOf({ attribute, subAttribute }: FilterTarget): string {
  return (subAttribute ?? attribute).path
}

describe.each(testEngines)('SQL and memory agree on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient
  let users: Resource[]
  let groups: Resource[]
  let operands: Operands

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect({ defaultRole: 'agent' })
    const ids: string[] = []
    for (let index = 0; index < 40; index++) {
      const [body] = fc.sample(arbitraryUser(ids), { numRuns: 1, seed: seed + index })
      const userName = `${words[index % words.length]}${index}`
      ids.push((await createUser(client, { ...body, userName })).id)
    }
    for (const [index, displayName] of words.entries()) {
      const members = fc.sample(fc.subarray(ids, { maxLength: 5 }), {
        numRuns: 1,
        seed: seed + index,
      })
      const group = await createGroup(client, members[0], {
        displayName: `${displayName} ${index}`,
        externalId: index % 3 === 0 ? displayName : null,
      })
      ids.push(group.id)
    }
    await client.inWorkspace((trx) =>
      saveMappingRules(trx, client.connectionId, [
        {
          when: { kind: 'group', group: { id: ids.at(-1) ?? '' } },
          role: 'manager',
          departments: ['Sales'],
        },
        {
          when: { kind: 'group', group: { id: ids.at(-2) ?? '' } },
          departments: ['Sales', 'Support'],
          supervisor: true,
        },
      ]),
    )
    users = await listAll('/Users', userModel)
    groups = await listAll('/Groups', groupModel)
    const [one = '', other = ''] = ids
    const shown = String(Object(users[0]?.['meta'])['created']).slice(0, 23)
    operands = {
      texts: [
        ...words,
        one,
        one.toUpperCase(),
        other,
        ids.at(-1) ?? '',
        'direct',
        'USER',
        'agent',
        'manager',
        'sales',
        'Support',
        'department',
        'W/"1"',
        `${client.baseUrl}/Groups/`,
        `${client.baseUrl}/Users/${one}`,
        'urn:ietf:params:scim:schemas:core:2.0:User',
      ],
      instants: [
        `${shown}000Z`,
        `${shown}001Z`,
        '2020-01-01T00:00:00.000000Z',
        '2099-12-31T23:59:59.999999Z',
      ],
    }
  })
  afterAll(() => scim.close())

  /** Also what is only shown on request; `schemas` is what it is without. */
  async function listAll(path: string, model: ResourceModel): Promise<Resource[]> {
    const attributes = model.topLevel.map((attribute) => attribute.path).join(',')
    const all = await client.request('GET', `${path}?count=200&attributes=${attributes}`)
    const usual = await client.request('GET', `${path}?count=200`)
    const shown = usual.body['Resources'] as Resource[]
    return (all.body['Resources'] as Resource[]).map((resource, index) => ({
      ...resource,
      schemas: shown[index]?.['schemas'] ?? [],
    }))
  }

  const actor = { kind: 'system', id: null, requestId: 'test' } as const
  const page = { kind: 'index', startIndex: 1, count: 200 } as const

  test('on which users match a filter', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFilter(userModel, operands), async (filter) => {
        const found = await readInWorkspace(scim.db, client.workspace.id, actor, (trx) =>
          listUsers(trx, client.baseUrl, {
            connectionId: client.connectionId,
            filter,
            sort: undefined,
            page,
            relations: { groups: false, manager: false, effectiveAccess: false },
          }),
        )
        const expected = users.filter((user) => matchesFilter(user, filter)).map(({ id }) => id)
        const ids = found.rows.map(({ id }) => id)
        expect({ filter: print(filter), ids }).toEqual({ filter: print(filter), ids: expected })
        expect(found.total).toBe(expected.length)
      }),
      runs,
    )
  })

  test('on which groups match a filter', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFilter(groupModel, operands), async (filter) => {
        const found = await readInWorkspace(scim.db, client.workspace.id, actor, (trx) =>
          listGroups(trx, client.baseUrl, {
            connectionId: client.connectionId,
            filter,
            sort: undefined,
            page,
            relations: { memberLimit: 0, mappings: false },
          }),
        )
        const expected = groups.filter((group) => matchesFilter(group, filter)).map(({ id }) => id)
        const ids = found.rows.map(({ id }) => id)
        expect({ filter: print(filter), ids }).toEqual({ filter: print(filter), ids: expected })
      }),
      runs,
    )
  })
})
