import { DatabaseOpenError } from '@plantel/db'
import { ScimConnectionError } from '@plantel/scim-server'
import { hostScopes, locales, presetNames, TeamError } from '@plantel/team'
import { Command } from 'commander'

import { apply } from './commands/apply.ts'
import { type CommandReport, type OutputOptions, printReport } from './commands/command-output.ts'
import { doctor } from './commands/doctor.ts'
import { exportPlan } from './commands/export.ts'
import { hostClient } from './commands/host-client.ts'
import { hostCreate } from './commands/host-create.ts'
import { hostKeyCreate, hostKeyList, hostKeyRevoke, hostKeyRotate } from './commands/host-key.ts'
import { hostList } from './commands/host-list.ts'
import {
  hostWebhookCreate,
  hostWebhookDelete,
  hostWebhookList,
  hostWebhookReplay,
  hostWebhookRotate,
  hostWebhookShow,
  hostWebhookTest,
  hostWebhookUpdate,
} from './commands/host-webhook.ts'
import { memberErase } from './commands/member-erase.ts'
import { migrate } from './commands/migrate.ts'
import {
  scimConnectionDelete,
  scimConnectionList,
  scimConnectionPause,
  scimConnectionResume,
  scimConnectionUpdate,
} from './commands/scim-connection-change.ts'
import { scimConnectionCreate } from './commands/scim-connection-create.ts'
import {
  clientSecretCreate,
  clientSecretDelete,
  clientSecretList,
  scimTokenCreate,
  scimTokenList,
  scimTokenRevoke,
} from './commands/scim-connection-credentials.ts'
import { secretReseal } from './commands/secret-reseal.ts'
import {
  ssoCertificateRemove,
  ssoConnectionDelete,
  ssoConnectionGet,
  ssoConnectionList,
  ssoConnectionPause,
  ssoConnectionRefresh,
  ssoConnectionResume,
  ssoConnectionUpdate,
  ssoKeyRotate,
} from './commands/sso-connection-change.ts'
import { ssoConnectionCreate } from './commands/sso-connection-create.ts'
import { start } from './commands/start.ts'
import { workspaceCheckAccess } from './commands/workspace-check-access.ts'
import { workspaceCreate } from './commands/workspace-create.ts'
import { workspaceExportHistory } from './commands/workspace-export-history.ts'
import { workspaceDelete, workspaceRestore, workspaceUpdate } from './commands/workspace-life.ts'
import { workspaceList } from './commands/workspace-list.ts'
import { workspaceVerifyHistory } from './commands/workspace-verify-history.ts'
import { ConfigError } from './config.ts'
import { PlanError } from './configuration/plan-file.ts'
import { StartError } from './listener.ts'
import { errorToProblem, ProblemError } from './problem.ts'

const program = new Command('plantel')
  .description('The team of a customer-messaging inbox, kept in step with the corporate directory.')
  .showHelpAfterError('(plantel --help shows what there is)')

/** A command that reports and ends, with `--json` for programs. */
function reporting<Options>(
  run: (options: Options) => Promise<CommandReport>,
): (options: Options & OutputOptions) => Promise<void> {
  return async ({ json = false, ...options }) =>
    printReport(await run(options as Options), { json })
}

function addCommand(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).option('--json', 'answer as JSON')
}

const collect = (value: string, earlier: string[]): string[] => [...earlier, value]

const oneOf = (names: readonly string[]): string =>
  new Intl.ListFormat('en', { type: 'disjunction' }).format(names)

const whichHost = 'its name; see plantel host list'
const whichKey = 'its id; see plantel host key list'
const whichWorkspace = 'the slug will do where only one host has it; see plantel workspace list'

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

const host = program.command('host').description('inbox products that embed the widget')

addCommand(host, 'list', 'the hosts there are').action(reporting(hostList))

addCommand(host, 'create', 'register a host')
  .requiredOption('--name <name>', 'how commands and people call it')
  .option('--origin <origin>', 'origin of its pages, repeatable', collect, [])
  .action(reporting(hostCreate))

const hostKey = host.command('key').description("keys for the host's server")

addCommand(hostKey, 'create', 'make a key')
  .requiredOption('--host <name>', whichHost)
  .requiredOption('--name <name>', 'what the key is for')
  .option('--scope <scope>', `repeatable, all unless told: ${oneOf(hostScopes)}`, collect, [])
  .option('--expires <date>', 'RFC 3339 date or time')
  .action(reporting(hostKeyCreate))

addCommand(hostKey, 'list', 'keys and when they were used last')
  .requiredOption('--host <name>', whichHost)
  .action(reporting(hostKeyList))

addCommand(hostKey, 'rotate', 'make a key in the place of another one')
  .requiredOption('--host <name>', whichHost)
  .requiredOption('--key <id>', whichKey)
  .option('--overlap <hours>', 'how long the former one goes on working, up to 720', '24')
  .action(reporting(hostKeyRotate))

addCommand(hostKey, 'revoke', 'refuse a key from now on')
  .requiredOption('--host <name>', whichHost)
  .requiredOption('--key <id>', whichKey)
  .action(reporting(hostKeyRevoke))

addCommand(host, 'client', 'register the host as OpenID client')
  .requiredOption('--host <name>', whichHost)
  .requiredOption('--name <name>', 'shown to people who sign in')
  .requiredOption(
    '--redirect-uri <uri>',
    'where signed-in people are sent, repeatable',
    collect,
    [],
  )
  .option('--logout-uri <uri>', 'where people go after signing out, repeatable', collect, [])
  .option('--backchannel-logout-uri <uri>', 'told when a session ends')
  .option('--initiate-login-uri <uri>', 'where a mail leads people, to sign in')
  .action(reporting(hostClient))

const hostWebhook = host.command('webhook').description('where the host is told of changes')

const whichEndpoint = 'its id; see plantel host webhook list'

addCommand(hostWebhook, 'create', 'tell an address of what happens from now on')
  .requiredOption('--host <name>', whichHost)
  .requiredOption('--url <url>', 'where to')
  .option('--workspace <id or slug>', 'of this one only')
  .option('--type <event>', 'repeatable, all unless told; such as member.suspended', collect, [])
  .option('--format <format>', 'webhook, or scim-events for Security Event Tokens', 'webhook')
  .option('--description <text>', 'what it is for')
  .action(reporting(hostWebhookCreate))

addCommand(hostWebhook, 'list', 'the endpoints there are')
  .requiredOption('--host <name>', whichHost)
  .action(reporting(hostWebhookList))

addCommand(hostWebhook, 'show', 'how an endpoint fares, with its last deliveries')
  .requiredOption('--host <name>', whichHost)
  .requiredOption('--endpoint <id>', whichEndpoint)
  .action(reporting(hostWebhookShow))

addCommand(hostWebhook, 'update', 'change what is given')
  .requiredOption('--host <name>', whichHost)
  .requiredOption('--endpoint <id>', whichEndpoint)
  .option('--url <url>', 'where to')
  .option('--type <event>', 'repeatable, in place of all the former', collect, [])
  .option('--description <text>', 'what it is for')
  .option('--enable', 'send, and first what happened meanwhile')
  .option('--disable', 'send nothing for now')
  .action(reporting(hostWebhookUpdate))

addCommand(hostWebhook, 'rotate', 'give an endpoint a new secret')
  .requiredOption('--host <name>', whichHost)
  .requiredOption('--endpoint <id>', whichEndpoint)
  .option('--overlap <hours>', 'how long the former one signs too, up to 720', '24')
  .action(reporting(hostWebhookRotate))

addCommand(hostWebhook, 'test', 'send a test event at once')
  .requiredOption('--host <name>', whichHost)
  .requiredOption('--endpoint <id>', whichEndpoint)
  .action(reporting(hostWebhookTest))

addCommand(hostWebhook, 'replay', 'send events again')
  .requiredOption('--host <name>', whichHost)
  .requiredOption('--endpoint <id>', whichEndpoint)
  .option('--since <moment>', 'everything from then on; RFC 3339 date or time')
  .option('--dead', 'what was given up after a day')
  .action(reporting(hostWebhookReplay))

addCommand(hostWebhook, 'delete', 'send nothing there any more')
  .requiredOption('--host <name>', whichHost)
  .requiredOption('--endpoint <id>', whichEndpoint)
  .action(reporting(hostWebhookDelete))

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

const ssoConnection = program
  .command('sso-connection')
  .description('links to identity providers for sign-in')

addCommand(ssoConnection, 'create', 'create a connection')
  .requiredOption('--workspace <id or slug>', whichWorkspace)
  .requiredOption('--name <name>', 'what people read on the button')
  .option('--metadata <file or https address>', "SAML: the identity provider's metadata")
  .option('--entity-id <id>', 'SAML: which one, where there are several in it')
  .option('--issuer <address>', 'OpenID Connect: as its discovery document writes it')
  .option('--client-id <id>', 'OpenID Connect')
  .option('--client-secret-env <variable>', 'OpenID Connect: the variable that holds the secret')
  .option('--private-key-jwt', 'OpenID Connect: sign with a key of our own instead')
  .option('--id-token-algorithm <algorithm>', 'OpenID Connect: RS256 unless told')
  .action(reporting(ssoConnectionCreate))

addCommand(ssoConnection, 'list', 'the SSO connections of a workspace')
  .requiredOption('--workspace <id or slug>', whichWorkspace)
  .action(reporting(ssoConnectionList))

function addSsoCommand(name: string, description: string): Command {
  return addCommand(ssoConnection, name, description)
    .requiredOption('--workspace <id or slug>', whichWorkspace)
    .requiredOption('--connection <id>', 'see plantel sso-connection list')
}

addSsoCommand('get', 'addresses, certificates and settings').action(reporting(ssoConnectionGet))

addSsoCommand('update', 'change settings')
  .option('--name <name>', 'what people read on the button')
  .option(
    '--newcomers <role>',
    'whoever the identity provider knows becomes a member, with this role',
  )
  .option('--no-newcomers', 'only people whom somebody has added come in')
  .option('--single-logout', 'signing out here signs out there, by SAML also back')
  .option('--no-single-logout', 'it does not')
  .option('--issuer <address>', 'OpenID Connect')
  .option('--client-id <id>', 'OpenID Connect')
  .option('--client-secret-env <variable>', 'OpenID Connect: the variable that holds the secret')
  .option('--id-token-algorithm <algorithm>', 'OpenID Connect')
  .action(reporting(ssoConnectionUpdate))

addSsoCommand('refresh', 'SAML: take over new metadata; no certificate is dropped by it')
  .requiredOption('--metadata <file or https address>', "the identity provider's metadata")
  .option('--entity-id <id>', 'which one, where there are several in it')
  .action(reporting(ssoConnectionRefresh))

addSsoCommand('remove-certificate', 'SAML: believe a certificate no longer')
  .requiredOption('--certificate <fingerprint>', 'see plantel sso-connection get')
  .action(reporting(ssoCertificateRemove))

addSsoCommand('rotate-key', 'publish our next key')
  .option('--activate', 'let the published one take over')
  .action(reporting(ssoKeyRotate))

addSsoCommand('pause', 'nobody signs in through it; who is signed in stays so').action(
  reporting(ssoConnectionPause),
)

addSsoCommand('resume', 'let people sign in through it again').action(
  reporting(ssoConnectionResume),
)

addSsoCommand('delete', 'delete for good; whoever came in by it is signed out').action(
  reporting(ssoConnectionDelete),
)

const scimConnection = program
  .command('scim-connection')
  .description('links to corporate directories')

addCommand(scimConnection, 'create', 'create a SCIM connection and its token')
  .requiredOption('--workspace <id or slug>', whichWorkspace)
  .requiredOption('--name <name>', 'what its admins call it')
  .requiredOption('--idp <idp>', 'okta, entra, google, onelogin, jumpcloud or generic')
  .option('--profile <profile>', 'compat, rfc or interop')
  .option('--patch-response <response>', 'resource or no-content')
  .option('--default-role <key>', 'for those to whom no rule gives a role')
  .option('--draft', 'take no requests until it is resumed')
  .action(reporting(scimConnectionCreate))

addCommand(scimConnection, 'list', 'the SCIM connections of a workspace')
  .requiredOption('--workspace <id or slug>', whichWorkspace)
  .action(reporting(scimConnectionList))

function addConnectionCommand(parent: Command, name: string, description: string): Command {
  return addCommand(parent, name, description)
    .requiredOption('--workspace <id or slug>', whichWorkspace)
    .requiredOption('--connection <id>', 'see plantel scim-connection list')
}

addConnectionCommand(scimConnection, 'update', 'change settings')
  .option('--name <name>', 'what its admins call it')
  .option('--profile <profile>', 'compat, rfc or interop')
  .option('--patch-response <response>', 'resource or no-content')
  .option('--default-role <key>', 'for those to whom no rule gives a role')
  .option('--no-default-role', 'they get none')
  .option('--requests-per-minute <number>', 'together with --burst')
  .option('--burst <number>', 'how many may come at once')
  .action(reporting(scimConnectionUpdate))

addConnectionCommand(scimConnection, 'pause', 'refuse requests; people keep their access').action(
  reporting(scimConnectionPause),
)

addConnectionCommand(scimConnection, 'resume', 'take requests again, or for the first time').action(
  reporting(scimConnectionResume),
)

addConnectionCommand(
  scimConnection,
  'delete',
  'delete for good; its people stay members, without what the directory gave them',
).action(reporting(scimConnectionDelete))

const scimToken = scimConnection.command('token').description('bearer tokens, at most two active')

addConnectionCommand(scimToken, 'create', 'make a bearer token')
  .option('--expires <time>', 'RFC 3339, in a year unless told')
  .option('--read-only', 'may look and search, and change nothing')
  .option('--network <cidr>', 'may be used from there only, repeatable', collect, [])
  .action(reporting(scimTokenCreate))

addConnectionCommand(scimToken, 'list', 'when and from where each was used last').action(
  reporting(scimTokenList),
)

addConnectionCommand(scimToken, 'revoke', 'end a bearer token')
  .requiredOption('--token <id>', 'see plantel scim-connection token list')
  .action(reporting(scimTokenRevoke))

const clientSecret = scimConnection
  .command('secret')
  .description('client secrets for the token endpoint, at most three active')

addConnectionCommand(clientSecret, 'create', 'make a client secret')
  .option('--years <years>', '1, 2 or 3', '1')
  .action(reporting(clientSecretCreate))

addConnectionCommand(clientSecret, 'list', 'the client secrets').action(reporting(clientSecretList))

addConnectionCommand(clientSecret, 'delete', 'end a client secret and its access tokens')
  .requiredOption('--secret <id>', 'see plantel scim-connection secret list')
  .action(reporting(clientSecretDelete))

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
