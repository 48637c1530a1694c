/** Runs the conformance tests and writes `docs/conformance.md` from what they did. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { type TestModule, startVitest } from 'vitest/node'

import { conformancePage } from './page.ts'

const page = new URL('../../docs/conformance.md', import.meta.url)
const files = ['requirements.db', 'profiles.db'].map((name) => `test/conformance/${name}`)
const suites = ['test/suites/suites', 'test/providers']

const vitest = await startVitest('test', [...files, ...suites], {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  project: ['node'],
  watch: false,
})
const results = vitest.state.getTestModules().flatMap((module) => testsIn(module))
await vitest.close()

const states = Map.groupBy(results, ({ id }) => id)
writeFileSync(
  page,
  conformancePage((id) => {
    const runs = states.get(id) ?? []
    return runs.length > 0 && runs.every(({ passed }) => passed)
  }),
)
console.info(`Wrote ${fileURLToPath(page)} from ${results.length} tests.`)
if (results.some(({ passed }) => !passed)) process.exitCode = 1

/** The first word of a title is the id of what it proves. */
function testsIn(module: TestModule): readonly { id: string; passed: boolean }[] {
  return Array.from(module.children.allTests(), (each) => ({
    id: each.name.split(' ')[0] ?? '',
    passed: each.result().state === 'passed',
  }))
}
