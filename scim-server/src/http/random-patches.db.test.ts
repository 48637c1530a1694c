import { testEngines } from '@plantel/db/testing'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  type ModelOperation,
  modelPath,
  type ModelResource,
  patchModel,
} from '../testing/patch-model.ts'
import { createGroup, createUser, freshName, memberIds, patch } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'
import { testResourceType, testUrns } from '../testing/test-resource.ts'

const deep = process.env['TEST_DEPTH'] === 'deep'
const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31)
const requestsEach = 4
const runs = { numRuns: deep ? 2_500 : 30, seed }
const timeout = deep ? 3_600_000 : 120_000

const text = fc.constantFrom('a', 'A', 'b', 'c')
const label = fc.constantFrom('parent', 'Parent', 'peer')
const empty = fc.constantFrom<unknown>(null, '')
const condition = fc
  .record({ value: text, type: label, primary: fc.constant(true) }, { requiredKeys: [] })
  .filter((equals) => Object.keys(equals).length > 0)
  .chain((equals) => fc.boolean().map((negated) => ({ equals, negated })))
const link = fc.record(
  {
    value: fc.oneof({ arbitrary: text, weight: 6 }, empty),
    type: label,
    primary: fc.boolean(),
    other: text,
  },
  { requiredKeys: [] },
)
const place = fc.record(
  { city: fc.oneof(text, empty), floor: fc.oneof(fc.nat(3), empty), other: text },
  { requiredKeys: [] },
)
const wrong = fc.constantFrom<unknown>({ a: 1 }, [1, 2])

type Part = Pick<ModelOperation, 'attribute' | 'where' | 'sub' | 'value'>
const part = (
  attribute: ModelOperation['attribute'],
  value: fc.Arbitrary<unknown>,
  more: { where?: fc.Arbitrary<ModelOperation['where']>; sub?: string } = {},
): fc.Arbitrary<Part> =>
  fc.record({ value, where: more.where ?? fc.constant(undefined) }).map((each) => ({
    attribute,
    value: each.value,
    ...(each.where === undefined ? {} : { where: each.where }),
    ...(more.sub === undefined ? {} : { sub: more.sub }),
  }))
const ofTags = fc.record({ equals: fc.record({ value: text }), negated: fc.boolean() })

const operation: fc.Arbitrary<ModelOperation> = fc
  .record({
    op: fc.constantFrom('add' as const, 'replace' as const, 'remove' as const),
    part: fc.oneof(
      part('note', fc.oneof({ arbitrary: text, weight: 4 }, empty, wrong)),
      part('count', fc.oneof({ arbitrary: fc.nat(3), weight: 4 }, empty, fc.constant('x'))),
      part('origin', text),
      part('tags', fc.oneof(fc.array(text, { maxLength: 3 }), empty)),
      part('tags', fc.oneof(text, empty), { where: ofTags }),
      part('place', fc.oneof({ arbitrary: place, weight: 4 }, empty, fc.constant('x'))),
      part('place', fc.oneof(text, empty), { sub: 'city' }),
      part('place', fc.oneof(fc.nat(3), empty), { sub: 'floor' }),
      part(
        'links',
        fc.oneof({ arbitrary: fc.array(link, { maxLength: 3 }), weight: 4 }, link, empty),
      ),
      part('links', fc.oneof({ arbitrary: link, weight: 4 }, empty), { where: condition }),
      part('links', fc.oneof({ arbitrary: text, weight: 4 }, empty), {
        where: condition,
        sub: 'value',
      }),
      part('links', fc.oneof({ arbitrary: label, weight: 4 }, empty), {
        where: condition,
        sub: 'type',
      }),
      part('links', fc.boolean(), { where: condition, sub: 'primary' }),
      part('links', fc.boolean(), { sub: 'primary' }),
    ),
    hasValue: fc.integer({ min: 0, max: 9 }).map((number) => number > 0),
  })
  .map(({ op, part: { value, ...rest }, hasValue }) => ({
    op,
    ...rest,
    // Of what is removed only whole lists take a value; a value path takes none.
    ...(hasValue &&
    (op !== 'remove' || rest.attribute === 'links') &&
    (op !== 'remove' || rest.where === undefined)
      ? { value }
      : {}),
  }))

describe.each(testEngines)('random PATCHes on %s', (engine) => {
  let scim: ScimInstallation

  beforeAll(async () => {
    scim = await startScimInstallation(engine, { extraResourceTypes: [testResourceType] })
  })
  afterAll(() => scim.close())

  test.each(['rfc', 'compat'] as const)(
    `do in %s what a plain model does (seed ${seed})`,
    async (profile) => {
      const client = await scim.connect({ profile })
      let applied = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(operation, { minLength: 1, maxLength: 3 }), {
            minLength: requestsEach,
            maxLength: requestsEach,
          }),
          async (requests) => {
            const name = freshName('t')
            const body = { schemas: [testUrns.core], name }
            const { id } = await client.request('POST', '/TestResources', body)
            let state: ModelResource = { name }
            for (const operations of requests) {
              const expected = patchModel(state, operations, profile)
              const answer = await send(client, id, operations)
              const trace = { state, operations: operations.map((each) => shown(each)) }
              expect({ ...trace, ...seen(answer) }).toEqual({ ...trace, ...expected })
              if ('resource' in expected) {
                if (JSON.stringify(state) !== JSON.stringify(expected.resource)) applied += 1
                state = expected.resource
              }
            }
          },
        ),
        runs,
      )
      // Requests that are all refused would prove little.
      expect(applied).toBeGreaterThan(runs.numRuns / 5)
    },
    timeout,
  )

  test(
    `of members leave the set that they say (seed ${seed})`,
    async () => {
      const client = await scim.connect({ profile: 'rfc' })
      const users = await Promise.all(Array.from({ length: 5 }, () => createUser(client)))
      const ids = users.map(({ id }) => id)
      const some = fc.subarray(ids)
      const step = fc.record({ op: fc.constantFrom('add', 'replace', 'remove', 'clear'), some })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
          const group = await createGroup(client)
          let members = new Set<string>()
          for (const { op, some: chosen } of steps) {
            if (op === 'clear') members = new Set()
            if (op === 'replace') members = new Set(chosen)
            if (op === 'add') members = new Set([...members, ...chosen])
            if (op === 'remove')
              members = new Set([...members].filter((id) => !chosen.includes(id)))
          }
          const operations = steps.map(({ op, some: chosen }) => ({
            op: op === 'clear' ? 'remove' : op,
            path: 'members',
            ...(op === 'clear' ? {} : { value: chosen.map((value) => ({ value })) }),
          }))
          const answer = await patch(client, `/Groups/${group.id}`, ...operations)
          expect(answer.status).toBe(200)
          const found = await memberIds(client, group.id)
          expect({ steps, found: found.toSorted() }).toEqual({
            steps,
            found: [...members].toSorted(),
          })
        }),
        runs,
      )
    },
    timeout,
  )
})

function send(
  client: ScimClient,
  id: string,
  operations: readonly ModelOperation[],
): Promise<ScimResponse> {
  return patch(client, `/TestResources/${id}`, ...operations.map((each) => shown(each)))
}

function shown(each: ModelOperation): object {
  return { op: each.op, path: modelPath(each), ...('value' in each ? { value: each.value } : {}) }
}

/** An answer in the words of the model. */
function seen({ status, body, text: answer }: ScimResponse): object {
  if (status >= 500) return { failed: answer }
  if (status >= 400) return { refused: body['scimType'] }
  const { schemas: _schemas, id: _id, meta: _meta, ...resource } = body
  return { resource }
}
