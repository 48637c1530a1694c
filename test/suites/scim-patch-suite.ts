import { createRequire } from 'node:module'

import { chai } from 'vitest'

import { createResourceModel } from '../../scim-server/src/protocol/attribute.ts'
import { parsePatchRequest, patchOpSchema } from '../../scim-server/src/protocol/patch-request.ts'
import type { Profile } from '../../scim-server/src/protocol/profile.ts'
import { copyValue, type Resource } from '../../scim-server/src/protocol/resource.ts'
import { ScimError } from '../../scim-server/src/protocol/scim-error.ts'
import { attribute } from '../../scim-server/src/schemas/define-attribute.ts'
import { createUserType } from '../../scim-server/src/schemas/resource-types.ts'
import { patchAtOnce } from '../../scim-server/src/testing/patch-at-once.ts'
import {
  AssertionCounter,
  type ForeignSuite,
  type ForeignTest,
  loadTestFile,
  packageName,
  runForeign,
} from './foreign-suite.ts'

const done = (): void => undefined
const require = createRequire(import.meta.url)
type ErrorClass = new (...values: unknown[]) => Error
const theirErrors = require('scim-patch/lib/src/errors/scimErrors.js') as Record<string, ErrorClass>
const counter = new AssertionCounter()

/** The tests that scim-patch publishes with itself, run against our PATCH engine. */
export const scimPatchSuite: ForeignSuite = {
  name: packageName('scim-patch'),
  about:
    'PATCH operations in memory. Its option `treatMissingAsAdd` is our profile: `compat`, or `rfc` where it is off.',
  run: () => runForeign([...testsOf('scimPatch'), ...testsOf('patchValidation')], counter),
  explained: [
    {
      reason:
        'The test puts complex values into a complex value (`name.nestedArray`). RFC 7643 §2.3.8 has no such attribute, so no schema can name it: invalidPath.',
      titles: [
        'replace › REPLACE: nested array element',
        'add › ADD: nested array element',
        'add › ADD: should not modify anything if element not found',
        'add › ADD: empty array add filter type + field 2nd level',
        'remove › REMOVE: nested array element',
        'remove › REMOVE: with path and value but value is array of arrays',
        'remove › REMOVE: nested array element with patch value as array with single value',
        'remove › REMOVE: nested array element with patch value as array with multiple values',
        'remove › REMOVE: nested array element with patch value as array with unknown value',
        'remove › REMOVE: nested array element with value supplied',
        'remove › REMOVE: nested array element with value as object supplied with multiple entries',
        'remove › REMOVE: empty array should be unassigned',
      ],
    },
    {
      reason:
        'The test writes or removes an attribute that no schema has. The library has no schema; RFC 7644 §3.5.2 answers invalidPath.',
      titles: [
        'replace › REPLACE: replace a non existent element',
        'remove › REMOVE: with path and value but no array-field like exists',
        'remove › REMOVE: with unavailable nested fields',
      ],
    },
    {
      reason:
        'The test asks for the very object that it passed in (`===`). Our engine works on a copy; the values are equal.',
      titles: ['replace › REPLACE: array by another array', 'add › ADD: array'],
    },
    {
      reason: 'The test makes `name` a text. It is complex: invalidValue.',
      titles: ['replace › REPLACE: add a non object value to an object key'],
    },
    {
      reason: 'The test has two primary emails at the end. RFC 7643 §2.4 allows one: invalidValue.',
      titles: [
        "add › ADD: on array attribute when 'path' is absent & value is array should append all values",
      ],
    },
    {
      reason:
        'The test removes `active`. Somebody without it would be active again: `compat` leaves it as it is, with a warning, `rfc` and `interop` refuse.',
      titles: [
        'remove › REMOVE: first level property with path',
        'remove › REMOVE: multiple property at once with path',
        'remove › REMOVE: with capital first letter for operation',
      ],
    },
    {
      reason:
        'The test keeps an email without `value`, or makes one of an empty object. What is left of it says nothing: the element goes, or is not made.',
      titles: [
        'remove › REMOVE: primary email value',
        'replace › REPLACE: Replace op with value of empty object results in circular reference',
      ],
    },
    {
      reason:
        'The test replaces a whole list by an object and expects it merged into every element. RFC 7644 §3.5.2.3 replaces all values.',
      titles: ['replace › REPLACE: replace on multiValued objects without complete path'],
    },
    {
      reason:
        'The test expects noTarget where its option says to create what is missing. `compat` creates the element, as Entra ID expects.',
      titles: ['replace › REPLACE: nested object do not exists'],
    },
  ],
}

function testsOf(file: string): readonly ForeignTest[] {
  const tests: ForeignTest[] = []
  const before: (() => void)[] = []
  const path: string[] = []
  loadTestFile(
    require.resolve(`scim-patch/lib/test/${file}.test.js`),
    {
      '../src/scimPatch': { ...theirErrors, scimPatch, patchBodyValidation },
      '../src/errors/scimErrors': theirErrors,
      chai: { ...chai, expect: counter.counting(chai.expect) },
    },
    {
      describe(title: string, body: () => void) {
        path.push(title)
        body()
        path.pop()
      },
      beforeEach: (hook: (done: () => void) => void) => before.push(() => hook(done)),
      it: (title: string, test: (done: () => void) => void) =>
        tests.push({
          title: [...path.slice(1), title].join(' › '),
          run() {
            for (const hook of before) hook()
            test(done)
          },
        }),
    },
  )
  return tests
}

const newProperties = ['newProperty', 'newProperty1', 'newProperty2', 'newProperty3'].map((name) =>
  attribute(name, 'One of the attributes that the suite makes up.'),
)

/** The user of the suite: ours, with the attributes that it makes up. */
const model = createResourceModel({
  ...createUserType(),
  schema: withAttributes(createUserType().schema),
})

function withAttributes(
  schema: ReturnType<typeof createUserType>['schema'],
): ReturnType<typeof createUserType>['schema'] {
  const more = schema.attributes.map((each) =>
    each.name === 'name' || each.name === 'emails'
      ? {
          ...each,
          subAttributes: [...(each.subAttributes ?? []), ...newProperties, ...own(each.name)],
        }
      : each,
  )
  const surName = attribute('surName', 'Made up.', {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('value', 'Made up.'),
      attribute('primary', 'Made up.', { type: 'boolean' }),
      attribute('additional', 'Made up.'),
    ],
  })
  const favorites = attribute('favorites', 'Made up.', {
    type: 'complex',
    subAttributes: [attribute('food', 'Made up.')],
  })
  return { ...schema, attributes: [...more, ...newProperties, surName, favorites] }
}

function own(name: string): ReturnType<typeof attribute>[] {
  if (name !== 'name') return []
  return [
    attribute('surName2', 'Made up.', { multiValued: true }),
    attribute('surName3', 'Made up.'),
    attribute('notMandatory', 'Made up.', { type: 'boolean' }),
  ]
}

interface Options {
  readonly treatMissingAsAdd?: boolean
}

/** Their function over our engine: an operation at a time, so that a refusal is known to be whose. */
function scimPatch(resource: unknown, operations: unknown[], options: Options = {}): unknown {
  const profile: Profile = options.treatMissingAsAdd === false ? 'rfc' : 'compat'
  let patched = copyValue(JSON.parse(JSON.stringify(resource)) as Resource)
  for (const operation of operations) {
    try {
      patched = patch(patched, [operation], profile)
    } catch (error) {
      throw toTheirError(error, operation, 'InvalidScimPatchOp')
    }
  }
  return JSON.parse(JSON.stringify(patched))
}

function patchBodyValidation(body: unknown): void {
  try {
    const { operations } = parsePatchRequest(body, 'rfc')
    const user = copyValue<Resource>({ id: '1', userName: 'spiderman', active: true })
    patch(user, operations, 'rfc')
  } catch (error) {
    throw toTheirError(error, {}, 'InvalidScimPatchRequest')
  }
}

function patch(resource: Resource, Operations: readonly unknown[], profile: Profile): Resource {
  const request = parsePatchRequest({ schemas: [patchOpSchema], Operations }, profile)
  return patchAtOnce(model, resource, request, profile).resource
}

/** The same refusal in the words of their classes. */
function toTheirError(error: unknown, operation: unknown, usual: string): unknown {
  if (!(error instanceof ScimError)) return error
  const path: unknown = Reflect.get(Object(operation), 'path')
  if (error.scimType === 'invalidSyntax') return made('InvalidScimPatchRequest', error.message)
  if (error.scimType !== 'noTarget') return made(usual, error.message)
  return typeof path === 'string' ? made('NoTarget', path) : made('NoPathInScimPatchOp')
}

function made(name: string, ...values: unknown[]): Error {
  const Class = theirErrors[name]
  if (Class === undefined) throw new Error(`scim-patch has no ${name}`)
  return new Class(...values)
}
