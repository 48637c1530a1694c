import type { Command } from 'commander'

import {
  scimConnectionDelete,
  scimConnectionList,
  scimConnectionPause,
  scimConnectionResume,
  scimConnectionUpdate,
} from '../commands/scim-connection-change.ts'
import { scimConnectionCreate } from '../commands/scim-connection-create.ts'
import {
  clientSecretCreate,
  clientSecretDelete,
  clientSecretList,
  scimTokenCreate,
  scimTokenList,
  scimTokenRevoke,
} from '../commands/scim-connection-credentials.ts'
import { addCommand, collect, reporting, whichWorkspace } from './add-command.ts'

/** `plantel scim-connection …`, with its tokens and client secrets. */
export function addScimConnectionCommands(program: Command): void {
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

  addConnectionCommand(
    scimConnection,
    'resume',
    'take requests again, or for the first time',
  ).action(reporting(scimConnectionResume))

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

  addConnectionCommand(clientSecret, 'list', 'the client secrets').action(
    reporting(clientSecretList),
  )

  addConnectionCommand(clientSecret, 'delete', 'end a client secret and its access tokens')
    .requiredOption('--secret <id>', 'see plantel scim-connection secret list')
    .action(reporting(clientSecretDelete))
}

function addConnectionCommand(parent: Command, name: string, description: string): Command {
  return addCommand(parent, name, description)
    .requiredOption('--workspace <id or slug>', whichWorkspace)
    .requiredOption('--connection <id>', 'see plantel scim-connection list')
}
