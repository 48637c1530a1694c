import type { Command } from 'commander'

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
} from '../commands/sso-connection-change.ts'
import { ssoConnectionCreate } from '../commands/sso-connection-create.ts'
import { addCommand, reporting, whichWorkspace } from './add-command.ts'

/** `plantel sso-connection …`. */
export function addSsoConnectionCommands(program: Command): void {
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
}
