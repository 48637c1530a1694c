/** What the dearest PATCHes within the limits cost: no step may keep other requests waiting. */
import { describe, expect, test } from 'vitest'

import { createResourceModel } from '../protocol/attribute.ts'
import { patchSteps } from '../protocol/patch-apply.ts'
import { parsePatchRequest, patchOpSchema } from '../protocol/patch-request.ts'
import { copyValue, type Resource } from '../protocol/resource.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { cpuMsOf, leastCpuMs } from '../testing/cpu-time.ts'
import { createUserType } from './resource-types.ts'

const model = createResourceModel(createUserType())
const han = (index: number): string => `${String.fromCodePoint(0x4e00 + index)}${'漢'.repeat(330)}`
const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index))

const user = copyValue<Resource>({
  schemas: [model.core.id],
  id: 'u1',
  userName: 'ana',
  emails: times(100, (index) => ({ value: `${index}@x.example`, type: 'work' })),
  addresses: times(100, (index) => ({ streetAddress: `Street ${index}`, type: 'work' })),
  ims: times(100, (index) => ({ value: `${'a'.repeat(1000)}${index}`, type: 'aim' })),
  phoneNumbers: times(100, (index) => ({ value: han(index), type: 'work' })),
})

/** The operations of a PATCH, and whether they are too dear altogether. */
type Case = readonly [what: string, operations: readonly object[], refused?: true]

const cases: readonly Case[] = [
  [
    'a thousand value paths',
    times(1000, (index) => ({
      op: 'replace',
      path: `emails[type eq "none" or value eq "${index % 100}@x.example"].type`,
      value: 'home',
    })),
  ],
  [
    'a thousand additions of an address that is there',
    times(1000, (index) => ({
      op: 'add',
      path: 'emails',
      value: [{ value: `${index % 100}@x.example`, type: 'work' }],
    })),
  ],
  [
    'a thousand additions of five addresses',
    times(1000, (index) => ({
      op: 'add',
      path: 'addresses',
      value: times(5, (each) => ({
        streetAddress: `Street ${(index + each) % 100}`,
        type: 'work',
      })),
    })),
  ],
  [
    'a hundred removals of a hundred values each',
    times(100, () => ({
      op: 'remove',
      path: 'phoneNumbers',
      value: times(100, (index) => ({ value: `${han(index)}-` })),
    })),
  ],
  [
    'ten thousand keys without a path',
    [
      {
        op: 'replace',
        value: Object.fromEntries(times(9_999, (index) => [`emails${index}`, 'x'])),
      },
    ],
  ],
  [
    'two thousand additions of what only letter case tells apart',
    times(1000, (index) => ({
      op: 'add',
      value: { emails: { value: `${index % 100}@x.example`, type: 'work' }, EMAILS: null },
    })),
  ],
  [
    'six hundred paths of a hundred conditions',
    times(600, () => ({
      op: 'remove',
      path: `emails[${times(100, () => 'type eq "z"').join(' or ')}]`,
    })),
    true,
  ],
  [
    'a long text looked for in long ones',
    times(1000, () => ({ op: 'remove', path: `ims[value co "b${'a'.repeat(500)}"]` })),
    true,
  ],
]

describe('the dearest PATCHes', () => {
  test.each(cases)('%s', async (_, operations, refused) => {
    const request = parsePatchRequest(
      JSON.parse(JSON.stringify({ schemas: [patchOpSchema], Operations: operations })),
      'compat',
    )
    let outcome: unknown
    const longestStep = (): Promise<number> =>
      runMeasured(() => patchSteps(model, user, request, 'compat')).then((run) => {
        outcome = run.refusal
        return run.longestStepMs
      })
    expect(await leastCpuMs(50, longestStep)).toBeLessThan(50)
    expect(outcome).toBe(refused === true ? 'invalidFilter' : undefined)
    const total = (): Promise<number> =>
      cpuMsOf(() => runMeasured(() => patchSteps(model, user, request, 'compat')))
    expect(await leastCpuMs(500, total)).toBeLessThan(500)
  })
})

async function runMeasured(
  begin: () => Generator<void>,
): Promise<{ longestStepMs: number; refusal: unknown }> {
  const steps = begin()
  let longestStepMs = 0
  try {
    for (;;) {
      let step: IteratorResult<void> | undefined
      const took = await cpuMsOf(() => {
        step = steps.next()
      })
      longestStepMs = Math.max(longestStepMs, took)
      if (step?.done === true) break
    }
    return { longestStepMs, refusal: undefined }
  } catch (error) {
    if (error instanceof ScimError) return { longestStepMs, refusal: error.scimType }
    throw error
  }
}
