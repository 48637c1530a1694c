import type { InstallationTransaction, WorkspaceTransaction } from '@plantel/db'
import { summarizeSsoConnections, writeIdpMetadata } from '@plantel/idp-bridge'
import { listScimConnections } from '@plantel/scim-server'
import {
  listChannels,
  listDepartments,
  listMappingRules,
  listRoles,
  lockHostSettings,
  lockWorkspace,
  type MappingRuleView,
} from '@plantel/team'
import { stringify } from 'yaml'

import { ProblemError } from '../problem.ts'

/** What a plan of the workspace and its host would say, without people and secrets; applying it changes nothing. */
export async function exportWorkspace(
  trx: WorkspaceTransaction,
  hostName: string,
): Promise<string> {
  const host = await describeHost(trx.query, hostName)
  const workspace = await describeWorkspace(trx)
  return stringify(
    { host, workspaces: [workspace] },
    { lineWidth: 100, aliasDuplicateObjects: false },
  )
}

async function describeHost(query: InstallationTransaction, name: string): Promise<object> {
  const host = await lockHostSettings(query, name)
  if (host === undefined) throw new ProblemError('not-found', `There is no host "${name}".`)
  return {
    name,
    allowedOrigins: host.allowedOrigins,
    clients: host.clients.map((client) => ({
      name: client.name,
      redirectUris: client.redirectUris,
      postLogoutRedirectUris: client.postLogoutRedirectUris,
      backchannelLogoutUri: client.backchannelLogoutUri,
      initiateLoginUri: client.initiateLoginUri ?? null,
    })),
    webhookEndpoints: host.webhookEndpoints.map(({ url }) => url),
  }
}

async function describeWorkspace(trx: WorkspaceTransaction): Promise<object> {
  const { slug, name, preset, locale, timeZone, seats, brand, policies } = await lockWorkspace(trx)
  const departments = await listDepartments(trx)
  const channels = await listChannels(trx)
  return {
    slug,
    name,
    preset,
    locale,
    timeZone,
    seats,
    brand,
    policies,
    roles: await describeRoles(trx),
    departments: departments.map((each) => ({
      name: each.name,
      default: each.isDefault,
      channels: each.channels.map(({ key }) => key),
    })),
    channels: channels.map((each) => ({ key: each.key, name: each.name })),
    scimConnections: await describeScimConnections(trx),
    ssoConnections: await describeSsoConnections(trx, slug),
  }
}

/** Highest first, each below the one before. Owners are what they are. */
async function describeRoles(trx: WorkspaceTransaction): Promise<object[]> {
  const [owner, ...roles] = await listRoles(trx)
  return roles.map((role, index) => ({
    key: role.key,
    name: role.name,
    ...(role.isPreset ? {} : { below: (roles[index - 1] ?? owner)?.key }),
    permissions: role.permissions,
    grantable: role.grantable,
    conversationAccess: role.conversationAccess,
  }))
}

async function describeScimConnections(trx: WorkspaceTransaction): Promise<object[]> {
  const connections = await listScimConnections(trx)
  const rules = await listMappingRules(trx)
  return connections.map((connection) => ({
    name: connection.name,
    idp: connection.idp,
    state: connection.state,
    profile: connection.profile,
    patchResponse: connection.patchResponse,
    defaultRole: connection.defaultRole,
    rateLimit: connection.rateLimit,
    rules: rules.filter((rule) => rule.connectionId === connection.id).map(describeRule),
  }))
}

/** A group by id and name: by the name alone another one could be meant. */
function describeRule(rule: MappingRuleView): object {
  return {
    when: rule.when,
    ...(rule.role === null ? {} : { role: rule.role }),
    departments: rule.departments,
    channels: rule.channels,
    supervisor: rule.supervisor,
    named: rule.named,
    priority: rule.priority,
  }
}

async function describeSsoConnections(trx: WorkspaceTransaction, slug: string): Promise<object[]> {
  const described: object[] = []
  for (const connection of await summarizeSsoConnections(trx)) {
    const { id, name, kind, issuer, binding } = connection
    if (connection.kind === 'oidc') {
      const { clientId, clientAuthentication, idTokenAlgorithm } = connection
      const credential =
        clientAuthentication === 'client_secret'
          ? { clientSecret: { env: secretVariable(slug, name) } }
          : { clientAuthentication }
      described.push({ name, kind, issuer, clientId, ...credential, idTokenAlgorithm, binding })
      continue
    }
    const { metadataUrl, singleLogout } = connection
    const metadata =
      metadataUrl === null
        ? { metadataXml: await writeIdpMetadata(trx, id) }
        : { metadata: metadataUrl, entityId: issuer }
    described.push({ name, kind, ...metadata, binding, singleLogout })
  }
  return described
}

/** `ACME_OKTA_CLIENT_SECRET`. */
function secretVariable(slug: string, name: string): string {
  const words = `${slug} ${name}`.normalize('NFKD').replaceAll(/[^\w]+/g, '_')
  return `${words}_CLIENT_SECRET`.toUpperCase().replace(/^(?=\d)/, '_')
}
