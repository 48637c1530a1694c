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

/** Which claim of the ID token names the person, and which attribute of the directory user holds it. */
export interface SsoBinding {
  claim: string
  attribute: 'externalId' | 'userName' | 'id'
}

/** A workspace's link to an OpenID provider of its company, ready for use. */
export interface SsoConnection {
  id: string
  workspaceId: string
  name: string
  state: 'draft' | 'active' | 'disabled'
  issuer: string
  clientId: string
  clientSecret: string
  idTokenAlgorithm: IdTokenAlgorithm
  binding: SsoBinding
}

/** The redirect URI to register at the identity provider: one per connection, so that answers can't be mixed up. */
export function ssoRedirectUri(publicUrl: string, connectionId: string): string {
  return `${publicUrl}/sso/${connectionId}/callback`
}
