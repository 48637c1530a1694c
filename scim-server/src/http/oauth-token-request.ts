/** What a token request says: grant and client authentication. RFC 6749 §2.3, §4.4; RFC 7521 §4.2. */
import { OAuthError } from './oauth-error.ts'

/** How the client proves who it is. */
export type ClientProof =
  | { readonly kind: 'secret'; readonly clientId: string; readonly secret: string }
  | {
      readonly kind: 'assertion'
      readonly clientId: string | undefined
      readonly assertion: string
    }

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Reads a form and an `Authorization` header; throws `OAuthError` for what isn't a client credentials grant. */
export function parseTokenRequest(form: string, authorization: string | undefined): ClientProof {
  const parameters = readForm(form)
  const grantType = parameters.get('grant_type')
  if (grantType === undefined) throw new OAuthError('invalid_request', 'grant_type is missing.')
  if (grantType !== 'client_credentials') {
    throw new OAuthError('unsupported_grant_type', 'The only grant is client_credentials.')
  }
  const scope = parameters.get('scope')
  if (scope !== undefined && scope !== 'scim') {
    throw new OAuthError('invalid_scope', 'The only scope is scim.')
  }
  return readProof(parameters, authorization)
}

/** MUST: a repeated parameter → invalid_request; an empty one counts as absent. RFC 6749 §3.2. */
function readForm(form: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  const seen = new Set<string>()
  for (const [name, value] of new URLSearchParams(form)) {
    if (seen.has(name)) throw new OAuthError('invalid_request', 'A parameter is given twice.')
    seen.add(name)
    if (value !== '') parameters.set(name, value)
  }
  return parameters
}

function readProof(
  parameters: ReadonlyMap<string, string>,
  authorization: string | undefined,
): ClientProof {
  const basic = authorization === undefined ? undefined : readBasic(authorization)
  const clientId = parameters.get('client_id')
  const secret = parameters.get('client_secret')
  const assertion = parameters.get('client_assertion')
  if (basic !== undefined && clientId !== undefined && clientId !== basic.clientId) {
    throw new OAuthError('invalid_request', 'Header and body name different clients.')
  }
  if (assertion !== undefined || parameters.has('client_assertion_type')) {
    if (basic !== undefined || secret !== undefined) {
      throw new OAuthError('invalid_request', 'An assertion is sent without a secret.')
    }
    if (assertion === undefined || parameters.get('client_assertion_type') !== assertionType) {
      throw new OAuthError('invalid_request', 'An assertion must be of type jwt-bearer.')
    }
    return { kind: 'assertion', clientId, assertion }
  }
  // Entra can be told to send the secret in the header and in the body at once.
  if (basic !== undefined && secret !== undefined && secret !== basic.secret) {
    throw new OAuthError('invalid_request', 'Header and body hold different secrets.')
  }
  if (basic !== undefined) return { kind: 'secret', ...basic }
  if (clientId === undefined || secret === undefined) {
    throw new OAuthError('invalid_client', 'The client does not prove who it is.')
  }
  return { kind: 'secret', clientId, secret }
}

/** Id and secret are form-encoded before they are joined. RFC 6749 §2.3.1. */
function readBasic(authorization: string): { clientId: string; secret: string } {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization.trim()) ?? []
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon === -1) throw new OAuthError('invalid_client', 'The header is not HTTP Basic.')
  try {
    const [clientId = '', secret = ''] = [text.slice(0, colon), text.slice(colon + 1)].map((part) =>
      decodeURIComponent(part.replaceAll('+', ' ')),
    )
    return { clientId, secret }
  } catch (error) {
    throw new OAuthError('invalid_client', 'The header is not form-encoded.', { cause: error })
  }
}
