import type { SsoProvisioning } from '@plantel/db'

/** ID token algorithms an SSO connection may pin: signatures only, nothing symmetric, never `none`. */
export const idTokenAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
] as const

export type IdTokenAlgorithm = (typeof idTokenAlgorithms)[number]

/**
 * Which claim of the ID token or attribute of the SAML assertion names the person (`NameID` is the subject's), and which
 * attribute of the directory user holds it.
 */
export interface SsoBinding {
  claim: string
  attribute: 'externalId' | 'userName' | 'id'
}

/** A workspace's link to an identity provider of its company, ready for use. */
export type SsoConnection = OidcConnection | SamlConnection

interface AnyConnection {
  id: string
  workspaceId: string
  name: string
  state: 'draft' | 'active' | 'paused'
  /** Of OpenID Connect the issuer, of SAML the identity provider's entity id. */
  issuer: string
  binding: SsoBinding
  /** How people become members whom nobody has added; null is not at all. */
  provisioning: SsoProvisioning | null
  /** Who signs security events; null is the issuer of an OpenID connection, or nobody. */
  events: SecurityEventSource | null
}

/** A transmitter of security events. */
export interface SecurityEventSource {
  issuer: string
  jwksUrl: string
}

export interface OidcConnection extends AnyConnection {
  kind: 'oidc'
  clientId: string
  /** Null where we sign with our current key instead. */
  clientSecret: string | null
  /** Ours, by their part in a rotation; none where a secret was always enough. */
  keys: readonly ConnectionKey[]
  idTokenAlgorithm: IdTokenAlgorithm
  /** Whether signing out here signs out at the identity provider. */
  singleLogout: boolean
}

export interface SamlConnection extends AnyConnection {
  kind: 'saml'
  signOnUrl: string
  signOnBinding: 'redirect' | 'post'
  /** Where messages of single logout go; null when that is off, or the identity provider takes none. */
  logout: { url: string; binding: 'redirect' | 'post' } | null
  /** PEM; any of them may have signed. */
  idpCertificates: readonly string[]
  /** Ours, by their part in a rotation; `current` is always there. */
  keys: readonly ConnectionKey[]
}

/** A key pair of ours for one connection, in PEM. */
export interface ConnectionKey {
  state: 'next' | 'current' | 'previous'
  certificate: string
  privateKey: string
}

/** The redirect URI to register at the identity provider: one per connection, so that answers can't be mixed up. */
export function ssoRedirectUri(publicUrl: string, connectionId: string): string {
  return `${publicUrl}/sso/${connectionId}/callback`
}

/** What an OpenID provider may have to know of a connection beside its redirect URI. */
export function oidcAddresses(
  publicUrl: string,
  connectionId: string,
): { jwksUrl: string; postLogoutRedirectUri: string } {
  const base = `${publicUrl}/sso/${connectionId}`
  return { jwksUrl: `${base}/jwks`, postLogoutRedirectUri: `${base}/logout` }
}

/** What a SAML identity provider must know of a connection. */
export function samlAddresses(
  publicUrl: string,
  connectionId: string,
): { acsUrl: string; spEntityId: string; logoutUrl: string } {
  const base = `${publicUrl}/sso/${connectionId}`
  return { acsUrl: `${base}/acs`, spEntityId: `${base}/metadata`, logoutUrl: `${base}/logout` }
}

/** Where identity providers say that somebody's access has ended. */
export function revocationAddresses(
  publicUrl: string,
  connectionId: string,
): { backchannelLogoutUrl: string; securityEventsUrl: string; globalTokenRevocationUrl: string } {
  const base = `${publicUrl}/sso/${connectionId}`
  return {
    backchannelLogoutUrl: `${base}/backchannel-logout`,
    securityEventsUrl: `${base}/security-events`,
    globalTokenRevocationUrl: `${base}/global-token-revocation`,
  }
}
