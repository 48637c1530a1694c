import { createHash, type KeyObject } from 'node:crypto'
import type { ServerResponse } from 'node:http'

import {
  base64url,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose'

import { listen } from './listen.ts'

/** What a scenario may change of an ID token and of the answers around it. */
export interface Misbehaviour {
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  /** Claims to leave out. */
  without?: readonly string[]
  key?: CryptoKey | KeyObject | Uint8Array
  /** Last word on the signed token. */
  tamper?: (idToken: string) => string
  /** Changes the callback's query. */
  answer?: (query: URLSearchParams) => void
  /** Replaces the token response. */
  tokenResponse?: Record<string, unknown>
  /** Answers the request for the token so, or not at all. */
  tokenAnswer?: { status: number; type: string; text: string } | 'hang-up'
  discovery?: Record<string, unknown>
  /** A second key of the same type in the key set. */
  secondKey?: boolean
  /** What the userinfo endpoint says; without, there is none. */
  userinfo?: Record<string, unknown>
}

/** An OpenID provider that signs, and mis-signs as it is told. */
export interface MisbehavingIdp {
  issuer: string
  clientId: string
  clientSecret: string
  /** Its real signing key. */
  key: CryptoKey
  /** The public key as a PEM-like text, for the classic HS256 confusion. */
  publicKeyText: string
  behave: (misbehaviour: Misbehaviour) => void
  /** Everything that was posted to the token endpoint. */
  readonly tokenRequests: { body: URLSearchParams; authorization: string | undefined }[]
  /** The `Authorization` of each request to the userinfo endpoint. */
  readonly userinfoRequests: (string | undefined)[]
  close: () => Promise<void>
}

const clientSecret = 'a secret shared with the misbehaving provider'

export async function startMisbehavingIdp(): Promise<MisbehavingIdp> {
  const server = await listen()
  const issuer = `http://127.0.0.1:${server.port}`
  const clientId = 'plantel'
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const other = await generateKeyPair('RS256', { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'one', use: 'sig', alg: 'RS256' }
  const secondJwk = { ...(await exportJWK(other.publicKey)), kid: 'two', use: 'sig', alg: 'RS256' }
  const tokenRequests: { body: URLSearchParams; authorization: string | undefined }[] = []
  const userinfoRequests: (string | undefined)[] = []
  const nonces = new Map<string, string>()
  let behaviour: Misbehaviour = {}

  async function idToken(nonce: string, accessToken: string): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const digest = createHash('sha256').update(accessToken).digest()
    const claims: JWTPayload = {
      iss: issuer,
      aud: clientId,
      sub: 'ana',
      iat: now,
      exp: now + 300,
      nonce,
      at_hash: digest.subarray(0, 16).toString('base64url'),
      ...behaviour.claims,
    }
    for (const name of behaviour.without ?? []) delete claims[name]
    const header: JWTHeaderParameters = { alg: 'RS256', kid: 'one', ...behaviour.header }
    const signed =
      header.alg === 'none'
        ? `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(claims))}.`
        : await new SignJWT(claims).setProtectedHeader(header).sign(behaviour.key ?? privateKey)
    return behaviour.tamper?.(signed) ?? signed
  }

  server.handle((req, res) => {
    void (async () => {
      const url = new URL(req.url ?? '/', issuer)
      switch (url.pathname) {
        case '/.well-known/openid-configuration':
          return sendJson(res, {
            issuer,
            authorization_endpoint: `${issuer}/authorize`,
            token_endpoint: `${issuer}/token`,
            jwks_uri: `${issuer}/jwks`,
            response_types_supported: ['code'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['RS256', 'none', 'HS256'],
            authorization_response_iss_parameter_supported: true,
            ...(behaviour.userinfo === undefined
              ? {}
              : { userinfo_endpoint: `${issuer}/userinfo` }),
            ...behaviour.discovery,
          })
        case '/userinfo':
          userinfoRequests.push(req.headers.authorization)
          return sendJson(res, behaviour.userinfo)
        case '/jwks':
          return sendJson(res, {
            keys: behaviour.secondKey === true ? [publicJwk, secondJwk] : [publicJwk],
          })
        case '/authorize': {
          const code = crypto.randomUUID()
          nonces.set(code, url.searchParams.get('nonce') ?? '')
          const callback = new URL(url.searchParams.get('redirect_uri') ?? '')
          const state = url.searchParams.get('state') ?? ''
          callback.search = new URLSearchParams({ code, state, iss: issuer }).toString()
          behaviour.answer?.(callback.searchParams)
          return void res.writeHead(302, { location: callback.href }).end()
        }
        case '/token': {
          const chunks: Buffer[] = []
          for await (const chunk of req) chunks.push(chunk as Buffer)
          const body = new URLSearchParams(Buffer.concat(chunks).toString())
          tokenRequests.push({ body, authorization: req.headers.authorization })
          const { tokenAnswer } = behaviour
          if (tokenAnswer === 'hang-up') return void req.destroy()
          if (tokenAnswer !== undefined) {
            const { status, type, text } = tokenAnswer
            return void res.writeHead(status, { 'content-type': type }).end(text)
          }
          const accessToken = crypto.randomUUID()
          const nonce = nonces.get(body.get('code') ?? '') ?? ''
          return sendJson(
            res,
            behaviour.tokenResponse ?? {
              access_token: accessToken,
              token_type: 'Bearer',
              expires_in: 300,
              id_token: await idToken(nonce, accessToken),
            },
          )
        }
        default:
          return void res.writeHead(404).end()
      }
    })()
  })

  return {
    issuer,
    clientId,
    clientSecret,
    key: privateKey,
    publicKeyText: JSON.stringify(publicJwk),
    behave(misbehaviour) {
      behaviour = misbehaviour
    },
    tokenRequests,
    userinfoRequests,
    close: server.close,
  }
}

function sendJson(res: ServerResponse, body: unknown): void {
  res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
