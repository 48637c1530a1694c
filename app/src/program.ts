import { DatabaseOpenError } from '@plantel/db'
import { ScimConnectionError } from '@plantel/scim-server'
import { TeamError } from '@plantel/team'
import { Command } from 'commander'

import { addCommand, reporting, whichWorkspace } from './command-line/add-command.ts'
import { addHostCommands } from './command-line/add-host-commands.ts'
import { addScimConnectionCommands } from './command-line/add-scim-connection-commands.ts'
import { addSsoConnectionCommands } from './command-line/add-sso-connection-commands.ts'
import { addWorkspaceCommands } from './command-line/add-workspace-commands.ts'
import { apply } from './commands/apply.ts'
import { type OutputOptions, printReport } from './commands/command-output.ts'
import { doctor } from './commands/doctor.ts'
import { exportPlan } from './commands/export.ts'
import { migrate } from './commands/migrate.ts'
import { secretReseal } from './commands/secret-reseal.ts'
import { start } from './commands/start.ts'
import { ConfigError } from './config.ts'
import { PlanError } from './configuration/plan-file.ts'
import { StartError } from './listener.ts'
import { errorToProblem, ProblemError } from './problem.ts'

const program = new Command('plantel')
  .description('The team of a customer-messaging inbox, kept in step with the corporate directory.')
  .showHelpAfterError('(plantel --help shows what there is)')

program.command('start').description('serve until stopped').action(start)

addCommand(program, 'migrate', 'bring the database up to date without serving').action(
  reporting(migrate),
)

addCommand(program, 'doctor', 'look at everything a start needs').action(
  async (options: OutputOptions) => {
    const report = await doctor()
    printReport(report, options)
    if (!report.healthy) process.exitCode = 1
  },
)

addCommand(program, 'apply', 'make hosts and workspaces as a file says, after showing what changes')
  .argument('<plan.yaml>', 'see plantel export for one of what there is')
  .option('--yes', 'apply without a question')
  .option('--dry-run', 'show what would change, and change nothing')
  .option('--prune', 'delete what the lists of the file no longer name')
  .action(apply)

program
  .command('export')
  .description('write a plan of what there is, without people and secrets')
  .argument('<workspace>', whichWorkspace)
  .option('--output <file>', 'where to; the standard output unless told')
  .action(exportPlan)

addHostCommands(program)
addWorkspaceCommands(program)
addSsoConnectionCommands(program)
addScimConnectionCommands(program)

const secret = program.command('secret').description('the secret that seals all others')

addCommand(
  secret,
  'reseal',
  'seal under PLANTEL_SECRET what was sealed under PLANTEL_FORMER_SECRET',
).action(reporting(secretReseal))

/** What an operator can put right is one line each; a bug shows its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) {
    return error.problems.map((problem) => `plantel: ${problem}`).join('\n')
  }
  if (error instanceof PlanError) return error.problems.join('\n')
  if (error instanceof DatabaseOpenError || error instanceof StartError) {
    return `plantel: ${error.message}`
  }
  if (
    error instanceof TeamError ||
    error instanceof ScimConnectionError ||
    error instanceof ProblemError
  ) {
    return `plantel: ${errorToProblem(error, '').detail}`
  }
  return `plantel: ${error instanceof Error ? error.stack : String(error)}`
}

try {
  await program.parseAsync()
} catch (error) {
  console.error(explain(error))
  process.exit(1)
}
