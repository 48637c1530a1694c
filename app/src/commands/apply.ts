import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'

import { createIdpMetadataReader } from '@plantel/idp-bridge'

import {
  applyPlan,
  PlanChangedError,
  rehearsePlan,
  type ScopeReport,
} from '../configuration/apply-plan.ts'
import { parsePlan } from '../configuration/plan-file.ts'
import { prepareSso } from '../configuration/prepare-sso.ts'
import { renderChanges } from '../configuration/render-changes.ts'
import { ProblemError } from '../problem.ts'
import { type CommandReport, type OutputOptions, printReport } from './command-output.ts'
import { withInstallation } from './with-installation.ts'

/** How a plan is applied. */
export interface ApplyOptions extends OutputOptions {
  yes?: boolean
  dryRun?: boolean
  prune?: boolean
}

/** `plantel apply`: shows what a file would change and, once that is agreed to, changes exactly that. */
export async function apply(fileName: string, options: ApplyOptions): Promise<void> {
  const { yes = false, dryRun = false, prune = false, json = false } = options
  const text = await readPlanFile(fileName)
  await withInstallation(async ({ config, db, sealer, actor }) => {
    const file = parsePlan(text, fileName, config.allowPrivateNetwork)
    const read = createIdpMetadataReader(config.allowPrivateNetwork)
    const prepared = await prepareSso(file, fileName, read)
    const input = { db, sealer, actor, environment: process.env, file, prepared, prune }
    const shown = await rehearsePlan(input)
    if (shown.every(({ changes }) => changes.length === 0)) {
      const lines = [...renderChanges(shown), 'Nothing to do: everything is as the plan says.']
      printReport({ lines, json: { changes: [] } }, options)
      return
    }
    if (!json) printLines(renderChanges(shown))
    if (dryRun) {
      printReport(
        { lines: ['Nothing was changed.'], json: { changes: withoutSecrets(shown) } },
        options,
      )
      return
    }
    if (!yes && !(await isAgreed())) {
      printLines(['Nothing was changed.'])
      return
    }
    printReport(describeDone(await applyShown(input, shown)), options)
  })
}

async function readPlanFile(fileName: string): Promise<string> {
  try {
    return await readFile(fileName, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ProblemError('not-found', `The plan can't be read: ${reason}.`, {}, { cause })
  }
}

async function isAgreed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new ProblemError(
      'invalid-request',
      'Nobody can be asked here, and nothing was changed: add --yes to apply without a question.',
    )
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  // A terminal that is closed instead of answering never answers.
  const closed = once(prompt, 'close').then(() => '')
  const answer = await Promise.race([prompt.question('Apply this? [y/N] '), closed])
  prompt.close()
  return /^(?:y|yes)$/i.test(answer.trim())
}

async function applyShown(
  input: Parameters<typeof applyPlan>[0],
  shown: readonly ScopeReport[],
): Promise<ScopeReport[]> {
  try {
    return await applyPlan(input, shown)
  } catch (error) {
    if (!(error instanceof PlanChangedError)) throw error
    // What is committed has secrets that nobody will see again.
    printLines(describeDone(error.done).lines)
    throw new ProblemError(
      'conflict',
      `${error.message} It would do this now:\n${renderChanges([error.now]).join('\n')}`,
      { reason: 'difference-changed' },
      { cause: error },
    )
  }
}

function describeDone(done: readonly ScopeReport[]): CommandReport {
  const secrets = done.flatMap((report) => report.secrets)
  const count = done.flatMap(({ changes }) => changes).length
  return {
    lines: [
      count === 1 ? 'One change was made.' : `${count} changes were made.`,
      ...(secrets.length === 0 ? [] : ['Shown this once:']),
      ...secrets.map(({ what, value }) => `  ${what}  ${value}`),
    ],
    json: { changes: withoutSecrets(done), secrets },
  }
}

function withoutSecrets(reports: readonly ScopeReport[]): unknown[] {
  return reports.map(({ title, changes, notes }) => ({ title, changes, notes }))
}

function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
