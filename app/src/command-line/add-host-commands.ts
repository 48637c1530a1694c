import { hostScopes } from '@plantel/team'
import type { Command } from 'commander'

import { hostClient } from '../commands/host-client.ts'
import { hostCreate } from '../commands/host-create.ts'
import { hostKeyCreate, hostKeyList, hostKeyRevoke, hostKeyRotate } from '../commands/host-key.ts'
import { hostList } from '../commands/host-list.ts'
import {
  hostWebhookCreate,
  hostWebhookDelete,
  hostWebhookList,
  hostWebhookReplay,
  hostWebhookRotate,
  hostWebhookShow,
  hostWebhookTest,
  hostWebhookUpdate,
} from '../commands/host-webhook.ts'
import { addCommand, collect, oneOf, reporting, whichHost } from './add-command.ts'

const whichKey = 'its id; see plantel host key list'
const whichEndpoint = 'its id; see plantel host webhook list'

/** `plantel host …`: hosts, their keys, OpenID client and webhooks. */
export function addHostCommands(program: Command): void {
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

  addWebhookCommands(host)
}

function addWebhookCommands(host: Command): void {
  const hostWebhook = host.command('webhook').description('where the host is told of changes')

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
}
