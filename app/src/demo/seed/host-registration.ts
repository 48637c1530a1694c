import type { Sealer } from '@plantel/db'
import { z } from 'zod'

import type { Documents } from '../documents.ts'
import type { HostApi } from './host-api.ts'

const shape = z.object({
  /** Where the demo was reached when it registered. */
  demoUrl: z.string(),
  client: z.object({ id: z.string(), sealedSecret: z.string(), issuerPath: z.string() }).nullable(),
  webhook: z.object({ sealedSecret: z.string() }).nullable(),
})

/** The demo inbox as Plantel knows it: OpenID client, webhook endpoint, allowed origin. */
export interface HostRegistration {
  issuer: string
  clientId: string
  clientSecret: string
  /** Undefined until the webhook endpoint is registered for the first time. */
  webhookSecret: () => string | undefined
  /** Asks to be told from now on; the endpoint must be able to answer. Done once per address. */
  registerWebhook: () => Promise<void>
}

const key = 'host'
const clientPlace = 'demo_documents.host.client'
const webhookPlace = 'demo_documents.host.webhook'

/** Registers the demo inbox with Plantel once; later starts only follow a changed port. */
export async function registerHost(deps: {
  api: HostApi
  documents: Documents
  sealer: Sealer
  plantelUrl: string
  demoUrl: string
  clientName: string
}): Promise<HostRegistration> {
  const { api, documents, sealer, plantelUrl, demoUrl, clientName } = deps
  const urls = {
    redirectUris: [`${demoUrl}/inbox/callback`],
    postLogoutRedirectUris: [`${demoUrl}/inbox`],
    backchannelLogoutUri: `${demoUrl}/inbox/backchannel-logout`,
    initiateLoginUri: `${demoUrl}/inbox/sign-in`,
  }
  const stored = await documents.load(key, shape)
  const state = stored ?? { demoUrl, client: null, webhook: null }
  const moved = state.demoUrl !== demoUrl

  await api.allowOrigins([demoUrl])
  if (state.client === null) {
    const created = await api.createClient({ name: clientName, ...urls })
    state.client = {
      id: created.clientId,
      sealedSecret: sealer.seal(created.clientSecret, clientPlace),
      issuerPath: new URL(created.issuer).pathname,
    }
    await documents.save(key, state)
  } else if (moved) {
    await api.updateClient(state.client.id, { name: clientName, ...urls })
  }
  if (moved) state.webhook = null
  state.demoUrl = demoUrl
  await documents.save(key, state)
  const { client } = state

  return {
    issuer: new URL(client.issuerPath, plantelUrl).href.replace(/\/$/, ''),
    clientId: client.id,
    clientSecret: sealer.open(client.sealedSecret, clientPlace),
    webhookSecret: () =>
      state.webhook === null ? undefined : sealer.open(state.webhook.sealedSecret, webhookPlace),
    async registerWebhook() {
      if (state.webhook !== null) return
      const url = `${demoUrl}/inbox/webhooks`
      const { secret } = await api.createWebhookEndpoint(url)
      await api.deleteOtherWebhookEndpoints(url)
      state.webhook = { sealedSecret: sealer.seal(secret, webhookPlace) }
      await documents.save(key, state)
    },
  }
}
