import { exportJWK, generateKeyPair } from 'jose'
import OpenidProvider from 'oidc-provider'

import { readCookie } from '../cookies.ts'
import { listen } from './listen.ts'

/** A company's real OpenID provider, in process. Whoever the cookie `who` names is signed in there. */
export interface CompanyIdp {
  issuer: string
  clientId: string
  clientSecret: string
  /** How many codes it has redeemed. */
  redemptions: () => number
  allowRedirect: (redirectUri: string) => void
  /** What the ID token says of a person, beside `sub` and `name`. */
  describe: (sub: string, claims: Record<string, unknown>) => void
  /** From now on its client signs, with keys that are read there. */
  requireSignature: (jwksUri: string) => void
  allowLogoutRedirect: (uri: string) => void
  close: () => Promise<void>
}

export async function startCompanyIdp(): Promise<CompanyIdp> {
  const server = await listen()
  const issuer = `http://127.0.0.1:${server.port}`
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const redirectUris: string[] = []
  const logoutUris: string[] = []
  const client: Record<string, unknown> & { client_id: string; client_secret: string } = {
    client_id: 'plantel',
    client_secret: 'a secret of the company provider',
    redirect_uris: redirectUris,
    post_logout_redirect_uris: logoutUris,
    grant_types: ['authorization_code'],
    response_types: ['code' as const],
  }
  const rows = new Map<string, Map<string, Record<string, unknown>>>()
  const people = new Map<string, Record<string, unknown>>()
  let redemptions = 0
  const provider = new OpenidProvider(issuer, {
    jwks: {
      keys: [{ ...(await exportJWK(privateKey)), kid: 'company', alg: 'RS256', use: 'sig' }],
    },
    adapter: (model) => {
      const table = rows.get(model) ?? new Map<string, Record<string, unknown>>()
      rows.set(model, table)
      return {
        upsert: async (id, payload) => void table.set(id, payload),
        find: async (id) => (model === 'Client' ? client : table.get(id)),
        findByUid: async (uid) => [...table.values()].find((row) => row['uid'] === uid),
        findByUserCode: async () => undefined,
        consume: async (id) => {
          const row = table.get(id)
          if (row !== undefined) row['consumed'] = Math.floor(Date.now() / 1000)
        },
        destroy: async (id) => void table.delete(id),
        revokeByGrantId: async (grantId) => {
          for (const [id, row] of table) if (row['grantId'] === grantId) table.delete(id)
        },
      }
    },
    claims: {
      openid: ['sub', 'groups'],
      profile: ['name', 'given_name', 'family_name'],
      email: ['email', 'email_verified'],
    },
    // As most do: who asks for a scope finds it in the ID token.
    conformIdTokenClaims: false,
    cookies: {
      keys: ['company'],
      names: { session: 'company', interaction: 'company_i', resume: 'company_r' },
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/login/${uid}` },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, name: sub, ...people.get(sub) }),
    }),
    loadExistingGrant: async ({ oidc }) => {
      const accountId = oidc.account?.accountId
      const grant = new provider.Grant({
        ...(accountId === undefined ? {} : { accountId }),
        clientId: oidc.client?.clientId,
      })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
    expiresWithSession: () => false,
    // Its own refuses to read keys at addresses of this machine.
    fetch: (url) => fetch(url),
    ttl: { Session: 3600, Grant: 3600, Interaction: 3600, AccessToken: 3600, IdToken: 3600 },
    renderError: (ctx, out) => {
      ctx.body = JSON.stringify(out)
    },
  })
  provider.on('grant.success', () => {
    redemptions += 1
  })
  const serve = provider.callback()
  server.handle((req, res) => {
    if (req.url?.startsWith('/login/') !== true) {
      void serve(req, res)
      return
    }
    const accountId = readCookie(req.headers.cookie, 'who')
    const result =
      accountId === undefined
        ? { error: 'access_denied' }
        : { login: { accountId, remember: false } }
    void provider.interactionFinished(req, res, result)
  })
  return {
    issuer,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    redemptions: () => redemptions,
    describe: (sub, claims) => void people.set(sub, claims),
    allowRedirect: (redirectUri) => void redirectUris.push(redirectUri),
    allowLogoutRedirect: (uri) => void logoutUris.push(uri),
    requireSignature(jwksUri) {
      client['token_endpoint_auth_method'] = 'private_key_jwt'
      client['jwks_uri'] = jwksUri
    },
    close: server.close,
  }
}
