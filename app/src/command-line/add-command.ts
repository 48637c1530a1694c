import type { Command } from 'commander'

import { type CommandReport, type OutputOptions, printReport } from '../commands/command-output.ts'

/** A command that reports and ends, with `--json` for programs. */
export function reporting<Options>(
  run: (options: Options) => Promise<CommandReport>,
): (options: Options & OutputOptions) => Promise<void> {
  return async ({ json = false, ...options }) =>
    printReport(await run(options as Options), { json })
}

/** A command below another one that answers as text or, asked so, as JSON. */
export function addCommand(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).option('--json', 'answer as JSON')
}

/** For an option that may be given again: its values so far and this one. */
export function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value]
}

/** Names as a sentence lists them, with "or" before the last. */
export function oneOf(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(names)
}

/** What `--host` takes. */
export const whichHost = 'its name; see plantel host list'
/** What `--workspace` takes. */
export const whichWorkspace =
  'the slug will do where only one host has it; see plantel workspace list'
