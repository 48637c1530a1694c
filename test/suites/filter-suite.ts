import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

import { matchesFilter } from '../../scim-server/src/protocol/filter-match.ts'
import { parseFilter } from '../../scim-server/src/protocol/filter-parser.ts'
import { resolveFilter } from '../../scim-server/src/protocol/filter-resolve.ts'
import type { Resource } from '../../scim-server/src/protocol/resource.ts'
import { userModel } from '../../scim-server/src/resources/resource-models.ts'
import {
  AssertionCounter,
  type ForeignSuite,
  type ForeignTest,
  loadTestFile,
  packageName,
  runForeign,
} from './foreign-suite.ts'

const require = createRequire(import.meta.url)
const counter = new AssertionCounter()

/** The tests that scim-query-filter-parser publishes with itself, run against our filters. */
export const filterSuite: ForeignSuite = {
  name: packageName('scim-query-filter-parser'),
  about: 'The filters of RFC 7644 §3.4.2.2 over four users, against our parser and evaluation.',
  run: () => runForeign(collectTests(), counter),
  explained: [
    {
      reason: 'The test finds an `id` in another case. RFC 7643 §3.1 makes its case matter.',
      titles: ['compileFilter() - operates on values case-insensitively'],
    },
    {
      reason:
        'The test sorts objects by `foo.bar`, which no schema has. The database sorts our lists; `RFC7644-3.4.2.3` has its tests.',
      titles: ['compileSorter() -'],
    },
  ],
}

function collectTests(): readonly ForeignTest[] {
  const tests: ForeignTest[] = []
  const expectations = {
    deepEqual: counter.counting((actual: unknown, expected: unknown) =>
      assert.deepEqual(actual, expected),
    ),
    throws: counter.counting((block: () => unknown) => assert.throws(block)),
  }
  loadTestFile(
    require.resolve('scim-query-filter-parser/dist/index.test.js'),
    {
      ava: {
        __esModule: true,
        default: (title: string, test: (t: typeof expectations) => void) =>
          tests.push({ title: title.trim(), run: () => test(expectations) }),
      },
      './index': { compileFilter, compileSorter },
    },
    {},
  )
  return tests
}

function compileFilter(text: string): (resource: Resource) => boolean {
  const filter = resolveFilter(parseFilter(text, 'rfc'), userModel, 'rfc')
  return (resource) => matchesFilter(resource, filter)
}

function compileSorter(path: string): never {
  throw new Error(`Nothing is sorted in memory, nor by ${path}.`)
}
