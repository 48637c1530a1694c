import path from 'node:path'

import { parseCLI, startVitest } from 'vitest/node'

/** More than these is no accident of a busy machine. */
const mostTriedAgain = 3

interface Outcome {
  /** Paths of test files. */
  failed: string[]
  /** Also by an error that belongs to no test. */
  isGreen: boolean
  isOnlyTests: boolean
}

async function run(args: readonly string[]): Promise<Outcome> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args])
  process.exitCode = undefined
  const vitest = await startVitest('test', filter, options)
  const failed = vitest.state
    .getTestModules()
    .filter((file) => !file.ok())
    .map((file) => path.relative(process.cwd(), file.moduleId))
  const isOnlyTests = failed.length > 0 && vitest.state.getUnhandledErrors().length === 0
  const isGreen = process.exitCode === undefined || process.exitCode === 0
  await vitest.close()
  return { failed: [...new Set(failed)], isGreen, isOnlyTests }
}

/**
 * Runs Vitest with the arguments of this command. In CI, where it shares the machine with others, a few files that failed
 * are run once more, alone: what fails then is red, and what passes is named, so that somebody mends it.
 */
async function runTests(): Promise<void> {
  const { failed, isGreen, isOnlyTests } = await run(process.argv.slice(2))
  const isTriedAgain = process.env['CI'] !== undefined && isOnlyTests
  if (isGreen || !isTriedAgain || failed.length > mostTriedAgain) return
  console.warn(`\nOnce more, alone: ${failed.join(', ')}\n`)
  const again = await run([...failed, '--maxWorkers=1'])
  if (again.isGreen) console.warn(`\nFlaky, to be mended: ${failed.join(', ')}\n`)
}

await runTests()
