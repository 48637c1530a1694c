import { exportJWK, generateKeyPair, SignJWT } from 'jose'

import { readCookie } from '../cookies.ts'
import { listen } from './listen.ts'

/** Many companies' tenants behind one host name and one signing key, as Microsoft Entra ID has them. */
export interface TenantIdp {
  /** Issuer of a tenant. */
  issuerOf: (tenant: string) => string
  origin: string
  clientId: string
  clientSecret: string
  close: () => Promise<void>
}

/** Whoever the cookie `who` names is signed in, at every tenant. */
export async function startTenantIdp(): Promise<TenantIdp> {
  const server = await listen()
  const origin = `http://127.0.0.1:${server.port}`
  const issuerOf = (tenant: string): string => `${origin}/${tenant}/v2.0`
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'shared', use: 'sig', alg: 'RS256' }
  const codes = new Map<string, { sub: string; nonce: string; tenant: string }>()

  server.handle((req, res) => {
    void (async () => {
      const url = new URL(req.url ?? '/', origin)
      const [, tenant = '', , endpoint = ''] = url.pathname.split('/')
      const issuer = issuerOf(tenant)
      const send = (body: unknown): void => {
        res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      }
      if (url.pathname.endsWith('/.well-known/openid-configuration')) {
        return send({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['pairwise'],
          id_token_signing_alg_values_supported: ['RS256'],
        })
      }
      if (endpoint === 'keys') return send({ keys: [jwk] })
      if (endpoint === 'authorize') {
        const code = crypto.randomUUID()
        const sub = readCookie(req.headers.cookie, 'who') ?? 'nobody'
        codes.set(code, { sub, nonce: url.searchParams.get('nonce') ?? '', tenant })
        const callback = new URL(url.searchParams.get('redirect_uri') ?? '')
        callback.searchParams.set('code', code)
        callback.searchParams.set('state', url.searchParams.get('state') ?? '')
        return void res.writeHead(302, { location: callback.href }).end()
      }
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const code = new URLSearchParams(Buffer.concat(chunks).toString()).get('code') ?? ''
      const known = codes.get(code)
      codes.delete(code)
      if (known === undefined || known.tenant !== tenant) return void res.writeHead(400).end()
      const idToken = await new SignJWT({ sub: known.sub, nonce: known.nonce })
        .setProtectedHeader({ alg: 'RS256', kid: 'shared' })
        .setIssuer(issuer)
        .setAudience('plantel')
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey)
      send({ access_token: code, token_type: 'Bearer', expires_in: 300, id_token: idToken })
    })()
  })
  return {
    issuerOf,
    origin,
    clientId: 'plantel',
    clientSecret: 'secret-of-the-tenants',
    close: server.close,
  }
}
