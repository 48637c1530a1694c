import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'

/** One test of a suite that somebody else wrote. */
export interface ForeignTest {
  readonly title: string
  readonly run: () => void
}

/** What became of one test. */
export interface ForeignOutcome {
  readonly title: string
  /** How many expectations were stated; the last one failed when there is a failure. */
  readonly assertions: number
  readonly failure: string | undefined
}

/** A suite, and why we answer some of its tests otherwise. */
export interface ForeignSuite {
  /** Package, with version and licence. */
  readonly name: string
  readonly about: string
  readonly run: () => readonly ForeignOutcome[]
  readonly explained: readonly Explanation[]
}

/** One reason for the failures of some tests. */
export interface Explanation {
  readonly reason: string
  readonly titles: readonly string[]
}

/** `scim-patch 0.8.3 (Unlicense)`, as the installed package says. */
export function packageName(name: string): string {
  const { version, license } = require(`${name}/package.json`) as Record<string, string>
  return `${name} ${version} (${license})`
}

const require = createRequire(import.meta.url)

/** Runs a published CommonJS test file of a package as it is, with other things under the names that it asks for. */
export function loadTestFile(
  file: string,
  modules: Readonly<Record<string, unknown>>,
  globals: Readonly<Record<string, unknown>>,
): void {
  const requireModule = (name: string): unknown => {
    const module = modules[name]
    if (module === undefined) throw new Error(`${file} asks for ${name}`)
    return module
  }
  const names = ['require', 'exports', ...Object.keys(globals)]
  const code = readFileSync(file, 'utf8')
  const load = compileFunction(code, names) as (...values: unknown[]) => void
  load(requireModule, {}, ...Object.values(globals))
}

/** Counts what is expected while a test runs. */
export class AssertionCounter {
  count = 0

  counting<Arguments extends unknown[], Result>(
    expectation: (...values: Arguments) => Result,
  ): (...values: Arguments) => Result {
    return (...values) => {
      this.count += 1
      return expectation(...values)
    }
  }
}

/** Runs the tests one after the other; a failure is an outcome, not an exception. */
export function runForeign(
  tests: readonly ForeignTest[],
  counter: AssertionCounter,
): readonly ForeignOutcome[] {
  const repeated = new Map<string, number>()
  return tests.map(({ title, run }) => {
    const times = (repeated.get(title) ?? 0) + 1
    repeated.set(title, times)
    const before = counter.count
    let failure: string | undefined
    try {
      run()
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
    }
    const name = times === 1 ? title : `${title} (${times})`
    return { title: name, assertions: counter.count - before, failure }
  })
}
