import type { InstallationTransaction, Sealer } from '@plantel/db'
import {
  createHost,
  createHostClient,
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  type HostSettings,
  lockHostSettings,
  setAllowedOrigins,
  updateHostClient,
} from '@plantel/team'

import { asSet, differingFields, type Fields } from './change.ts'
import type { HostPlan } from './plan.ts'
import { at, reconcile, type Scope } from './scope.ts'

/** What an installation's own things are made with. */
export interface HostTransaction {
  query: InstallationTransaction
  sealer: Sealer
}

/** Makes a host as its plan says, except for its workspaces. */
export async function applyHost(trx: HostTransaction, scope: Scope, plan: HostPlan): Promise<void> {
  const before = await lockHostSettings(trx.query, plan.name)
  const hostId = await applyHostItself(trx, scope, plan, before)
  await applyClients(trx, scope, hostId, plan, before)
  await applyEndpoints(trx, scope, hostId, plan, before)
}

async function applyHostItself(
  { query }: HostTransaction,
  scope: Scope,
  plan: HostPlan,
  before: HostSettings | undefined,
): Promise<string> {
  const wanted = { allowedOrigins: asSet(plan.allowedOrigins) }
  const what = `host ${plan.name}`
  const allowedOrigins = plan.allowedOrigins ?? []
  if (before === undefined) {
    scope.changes.push({ kind: 'create', what, fields: differingFields({}, wanted) })
    const { id } = await createHost(query, { name: plan.name, allowedOrigins })
    return id
  }
  const fields = differingFields({ allowedOrigins: asSet(before.allowedOrigins) }, wanted)
  if (fields.length > 0) {
    scope.changes.push({ kind: 'update', what, fields })
    await at(scope, ['host'], () => setAllowedOrigins(query, before.id, allowedOrigins))
  }
  return before.id
}

async function applyClients(
  { query, sealer }: HostTransaction,
  scope: Scope,
  hostId: string,
  { clients }: HostPlan,
  before: HostSettings | undefined,
): Promise<void> {
  await reconcile(scope, {
    kind: 'client',
    path: ['host', 'clients'],
    wanted: clients,
    found: before?.clients ?? [],
    nameOf: ({ name }) => name,
    fieldsOfWanted: clientFields,
    fieldsOfFound: clientFields,
    async create(wanted) {
      const { clientId, clientSecret } = await createHostClient(query, sealer, hostId, wanted)
      scope.secrets.push(
        { what: `client ${wanted.name}, client id`, value: clientId },
        { what: `client ${wanted.name}, client secret`, value: clientSecret },
      )
    },
    update: (found, wanted) => updateHostClient(query, hostId, found.id, wanted),
  })
}

function clientFields(client: NonNullable<HostPlan['clients']>[number]): Fields {
  return {
    redirectUris: asSet(client.redirectUris),
    postLogoutRedirectUris: asSet(client.postLogoutRedirectUris),
    backchannelLogoutUri: client.backchannelLogoutUri,
    initiateLoginUri: client.initiateLoginUri ?? null,
  }
}

async function applyEndpoints(
  { query, sealer }: HostTransaction,
  scope: Scope,
  hostId: string,
  { webhookEndpoints }: HostPlan,
  before: HostSettings | undefined,
): Promise<void> {
  await reconcile<{ url: string }, { id: string; url: string }>(scope, {
    kind: 'webhook endpoint',
    path: ['host', 'webhookEndpoints'],
    wanted: webhookEndpoints?.map((url) => ({ url })),
    found: before?.webhookEndpoints ?? [],
    nameOf: ({ url }) => url,
    // There is nothing about one but its address.
    fieldsOfWanted: () => ({}),
    fieldsOfFound: () => ({}),
    async create({ url }) {
      const { secret } = await createWebhookEndpoint(query, sealer, hostId, { url })
      scope.secrets.push({ what: `webhook endpoint ${url}, secret`, value: secret })
    },
    update: () => Promise.resolve(),
    remove: ({ id }) => deleteWebhookEndpoint(query, hostId, id),
  })
}
