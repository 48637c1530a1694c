import { locales, presetNames } from '@plantel/team'
import type { Command } from 'commander'

import { type OutputOptions, printReport } from '../commands/command-output.ts'
import { memberErase } from '../commands/member-erase.ts'
import { workspaceCheckAccess } from '../commands/workspace-check-access.ts'
import { workspaceCreate } from '../commands/workspace-create.ts'
import { workspaceExportHistory } from '../commands/workspace-export-history.ts'
import { workspaceDelete, workspaceRestore, workspaceUpdate } from '../commands/workspace-life.ts'
import { workspaceList } from '../commands/workspace-list.ts'
import { workspaceVerifyHistory } from '../commands/workspace-verify-history.ts'
import { addCommand, collect, oneOf, reporting, whichHost, whichWorkspace } from './add-command.ts'

/** `plantel workspace …` and `plantel member …`. */
export function addWorkspaceCommands(program: Command): void {
  const workspace = program.command('workspace').description('customers of a host')

  addCommand(workspace, 'list', 'the workspaces there are')
    .option('--host <name>', 'of this host only')
    .action(reporting(workspaceList))

  addCommand(
    workspace,
    'check-access',
    'compare what everybody has with what the rules say, from nothing',
  )
    .requiredOption('--workspace <id or slug>', whichWorkspace)
    .option('--repair', 'put right what differs')
    .action(
      async ({
        json = false,
        ...options
      }: OutputOptions & Parameters<typeof workspaceCheckAccess>[0]) => {
        const checked = await workspaceCheckAccess(options)
        printReport(checked, { json })
        if (!checked.healthy) process.exitCode = 1
      },
    )

  workspace
    .command('export-history')
    .description('write who did what, the newest first')
    .requiredOption('--workspace <id or slug>', whichWorkspace)
    .option('--format <format>', 'csv or jsonl', 'csv')
    .option('--member <id>', 'about this member only')
    .option('--actor <id>', 'by this member, connection or host key only')
    .option('--actor-kind <kind>', 'directory, member, host or system')
    .option('--action <action>', 'such as member.suspended, or member. for all that begin so')
    .option('--request <id>', 'of this request only')
    .option('--since <moment>', 'not from before; such as 2026-11-21T00:00:00Z')
    .option('--until <moment>', 'not from after')
    .option('--output <file>', 'where to; the standard output unless told')
    .action(workspaceExportHistory)

  addCommand(workspace, 'verify-history', 'find entries that were changed, taken out or put in')
    .requiredOption('--workspace <id or slug>', whichWorkspace)
    .option('--anchor <position:hash>', 'what a former verification ended with')
    .action(
      async ({
        json = false,
        ...options
      }: OutputOptions & Parameters<typeof workspaceVerifyHistory>[0]) => {
        const verified = await workspaceVerifyHistory(options)
        printReport(verified, { json })
        if (!verified.healthy) process.exitCode = 1
      },
    )

  addCommand(workspace, 'create', 'create a workspace with its first owner')
    .requiredOption('--host <name>', whichHost)
    .requiredOption('--slug <slug>', 'its name in addresses: lower-case letters, digits, hyphens')
    .requiredOption('--name <name>', 'what its people call it')
    .requiredOption('--preset <preset>', `roles and rights to begin with: ${oneOf(presetNames)}`)
    .requiredOption('--locale <locale>', `language of mails: ${oneOf(locales)}`)
    .requiredOption('--time-zone <zone>', 'IANA name, such as America/Mexico_City')
    .requiredOption('--owner-email <email>', 'address of its first owner')
    .requiredOption('--owner-name <name>', 'name of its first owner')
    .option('--department <name>', 'name of a department, repeatable', collect, [])
    .option('--channel <key=name>', 'key at the host and name, repeatable', collect, [])
    .action(reporting(workspaceCreate))

  addCommand(workspace, 'update', 'change settings')
    .requiredOption('--workspace <id or slug>', whichWorkspace)
    .option('--name <name>', 'what its people call it')
    .option('--locale <locale>', `language of mails: ${oneOf(locales)}`)
    .option('--time-zone <zone>', 'IANA name, such as America/Mexico_City')
    .option('--seats <number>', 'how many members may hold a role')
    .option('--no-seats', 'any number of them')
    .option('--policy <name=value>', 'such as retention.auditDays=500, repeatable', collect, [])
    .action(reporting(workspaceUpdate))

  addCommand(workspace, 'delete', 'let nobody in any more; removed for good after thirty days')
    .requiredOption('--workspace <id or slug>', whichWorkspace)
    .action(reporting(workspaceDelete))

  addCommand(workspace, 'restore', 'take a deletion back')
    .requiredOption('--workspace <id or slug>', whichWorkspace)
    .action(reporting(workspaceRestore))

  const member = program.command('member').description('people of a workspace')

  addCommand(member, 'erase', 'erase a person for good')
    .requiredOption('--workspace <id or slug>', whichWorkspace)
    .requiredOption('--member <id>', 'the `sub` of their tokens')
    .option('--even-if-in-directory', 'also while a directory provisions them')
    .action(reporting(memberErase))
}
