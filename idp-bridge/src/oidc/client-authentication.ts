/** How we prove to a company's OpenID provider which client we are. OpenID Connect Core §9, RFC 7523 §3. */
import { createHash, X509Certificate } from 'node:crypto'

import { importPKCS8, type JWK } from 'jose'
import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  modifyAssertion,
  PrivateKeyJwt,
} from 'openid-client'

import type { ConnectionKey, OidcConnection } from '../connections/sso-connection.ts'

/** Tells one key from the next. */
export function currentCertificate({ keys }: OidcConnection): string | undefined {
  return keys.find(({ state }) => state === 'current')?.certificate
}

/** By the client secret, or by a signature of the current key where there is none. */
export async function clientAuthOf(connection: OidcConnection): Promise<ClientAuth> {
  const { clientSecret, keys } = connection
  if (clientSecret !== null) return bySecret(clientSecret)
  const key = keys.find(({ state }) => state === 'current')
  if (key === undefined) throw new Error(`OpenID connection ${connection.id} has no credential.`)
  return byKey(key)
}

/** `client_secret_basic` is what a provider supports that names no method (OpenID Connect Discovery §3). */
function bySecret(clientSecret: string): ClientAuth {
  const basic = ClientSecretBasic(clientSecret)
  const post = ClientSecretPost(clientSecret)
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const authenticate = methods.includes('client_secret_basic') ? basic : post
    authenticate(server, client, body, headers)
  }
}

/** RS256, which all understand; PS256 where a provider says that it wants nothing older. */
async function byKey({ privateKey, certificate }: ConnectionKey): Promise<ClientAuth> {
  const { kid, thumbprints } = namesOf(certificate)
  const sign = async (algorithm: string): Promise<ClientAuth> => {
    const key = await importPKCS8(privateKey, algorithm)
    return PrivateKeyJwt(
      { key, kid },
      {
        // Entra ID finds the certificate by these, and knows no `kid` of ours.
        [modifyAssertion]: (header) => void Object.assign(header, thumbprints),
      },
    )
  }
  const [rs256, ps256] = await Promise.all([sign('RS256'), sign('PS256')])
  return (server, client, body, headers) => {
    const understood = server.token_endpoint_auth_signing_alg_values_supported
    const isModern =
      understood !== undefined && !understood.includes('RS256') && understood.includes('PS256')
    return (isModern ? ps256 : rs256)(server, client, body, headers)
  }
}

/** What is published of our keys: the one that signs, and the one that will. RFC 7517 §4. */
export function publishedKeys(keys: readonly ConnectionKey[]): { keys: JWK[] } {
  const published = keys.filter(({ state }) => state !== 'previous')
  return {
    keys: published.map(({ certificate }) => {
      const x509 = new X509Certificate(certificate)
      const { kid, thumbprints } = namesOf(certificate)
      return {
        ...(x509.publicKey.export({ format: 'jwk' }) as JWK),
        kid,
        use: 'sig',
        x5c: [x509.raw.toString('base64')],
        ...thumbprints,
      }
    }),
  }
}

function namesOf(certificate: string): {
  kid: string
  thumbprints: { x5t: string; 'x5t#S256': string }
} {
  const { raw } = new X509Certificate(certificate)
  const digest = (algorithm: string): string =>
    createHash(algorithm).update(raw).digest('base64url')
  const kid = digest('sha256')
  return { kid, thumbprints: { x5t: digest('sha1'), 'x5t#S256': kid } }
}
