import { createPrivateKey, randomBytes } from 'node:crypto'

import { SAML, ValidateInResponseTo } from '@node-saml/passport-saml'

import {
  type ConnectionKey,
  samlAddresses,
  type SamlConnection,
} from '../connections/sso-connection.ts'
import { SignInError } from '../sign-in/sign-in-error.ts'
import type { SsoProfile } from '../sign-in/sso-profile.ts'
import { personOfAssertion } from './attributes-profile.ts'
import type { VerifiedAssertion } from './guard/read-response.ts'
import { SamlRefusal } from './guard/saml-refusal.ts'
import { createResponseVerifier } from './response-verifier.ts'

/** How far clocks may be apart. */
export const skewMs = 60_000
/** How long after it was issued a message is still read. */
export const maxAgeMs = 600_000
const transientFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

/** An id as XML allows it, that nobody guesses. */
export function createRequestId(): string {
  return `_${randomBytes(20).toString('hex')}`
}

/** How a browser carries our request to the identity provider. SAML Bindings §3.4 and §3.5. */
export type SamlRequest =
  | { binding: 'redirect'; url: string }
  | { binding: 'post'; url: string; fields: Readonly<Record<string, string>> }

/** Sign-in by SAML 2.0's Web Browser SSO profile at a company's identity provider. */
export interface SamlProtocol {
  /** A signed request to sign a person in; `flowId` is the RelayState. */
  createRequest: (
    connection: SamlConnection,
    flow: { requestId: string; flowId: string; forceLogin: boolean },
  ) => Promise<SamlRequest>
  /** `encoded` is the form's `SAMLResponse`. Throws `response-invalid` or `idp-refused`. */
  readResponse: (
    connection: SamlConnection,
    encoded: string,
  ) => Promise<{ assertion: VerifiedAssertion; profile: SsoProfile }>
  /** What the identity provider must know of us, as XML. SAML Metadata §2.4.4. */
  metadata: (connection: SamlConnection) => string
}

export function createSamlProtocol(
  publicUrl: string,
  clock: () => Date = () => new Date(),
): SamlProtocol {
  const verify = createResponseVerifier()

  function library(
    connection: SamlConnection,
    request?: { requestId: string; forceLogin: boolean },
  ): SAML {
    const { acsUrl, spEntityId, logoutUrl } = samlAddresses(publicUrl, connection.id)
    const key = currentKey(connection)
    return new SAML({
      callbackUrl: acsUrl,
      issuer: spEntityId,
      entryPoint: connection.signOnUrl,
      idpCert: [...connection.idpCertificates],
      privateKey: key.privateKey,
      publicCert: key.certificate,
      ...(connection.logout === null ? {} : { logoutCallbackUrl: logoutUrl }),
      // Only with it our metadata has an encryption certificate.
      decryptionPvk: key.privateKey,
      signatureAlgorithm: 'sha256',
      digestAlgorithm: 'sha256',
      identifierFormat: null,
      // Demanding one kind of authentication is refused where people sign in with a second factor.
      disableRequestedAuthnContext: true,
      validateInResponseTo: ValidateInResponseTo.never,
      // The POST binding is base64 alone.
      skipRequestCompression: connection.signOnBinding === 'post',
      ...(request === undefined
        ? {}
        : { forceAuthn: request.forceLogin, generateUniqueId: () => request.requestId }),
    })
  }

  return {
    async createRequest(connection, { flowId, ...request }) {
      const saml = library(connection, request)
      if (connection.signOnBinding === 'redirect') {
        return { binding: 'redirect', url: await saml.getAuthorizeUrlAsync(flowId, undefined, {}) }
      }
      const message = await saml.getAuthorizeMessageAsync(flowId)
      const fields: Record<string, string> = {}
      for (const [name, value] of Object.entries(message)) {
        if (typeof value === 'string') fields[name] = value
      }
      return { binding: 'post', url: connection.signOnUrl, fields }
    },

    async readResponse(connection, encoded) {
      const { acsUrl, spEntityId } = samlAddresses(publicUrl, connection.id)
      try {
        const assertion = await verify(encoded, {
          idpEntityId: connection.issuer,
          spEntityId,
          acsUrl,
          now: clock(),
          skewMs,
          maxAgeMs,
          idpCertificates: connection.idpCertificates,
          decryptionKeys: connection.keys.map(({ privateKey }) => createPrivateKey(privateKey)),
        })
        return { assertion, profile: toProfile(connection, assertion) }
      } catch (error) {
        if (error instanceof SamlRefusal) throw refusalOfResponse(connection, error)
        throw error
      }
    },

    metadata(connection) {
      const published = connection.keys.filter(({ state }) => state !== 'previous')
      // Whoever reads this from now on may encrypt for the key that lasts longer; both decrypt.
      const encryption = published.find(({ state }) => state === 'next') ?? currentKey(connection)
      const xml = library(connection).generateServiceProviderMetadata(
        encryption.certificate,
        published.map(({ certificate }) => certificate),
      )
      return connection.logout === null ? xml : addRedirectLogout(xml)
    },
  }
}

/** The library publishes the POST binding alone; most identity providers prefer the other. */
function addRedirectLogout(xml: string): string {
  return xml.replace(
    /<SingleLogoutService [^>]*>/,
    (posted) => `${posted.replace('HTTP-POST', 'HTTP-Redirect')}${posted}`,
  )
}

/** What a refused response is called outside; the guard's code is for the workspace's admin. */
export function refusalOfResponse(connection: SamlConnection, refusal: SamlRefusal): SignInError {
  return new SignInError(refusal.code === 'status' ? 'idp-refused' : 'response-invalid', {
    adminDetail: refusal.message,
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    cause: refusal,
  })
}

function toProfile(connection: SamlConnection, assertion: VerifiedAssertion): SsoProfile {
  const { claim } = connection.binding
  const bindingValue =
    claim === 'NameID' ? assertion.subject : assertion.attributes.get(claim)?.find(Boolean)
  return {
    protocol: 'saml',
    connectionId: connection.id,
    issuer: assertion.issuer,
    subject: subjectOf(connection, assertion, bindingValue),
    bindingValue,
    ...personOfAssertion(connection, assertion),
  }
}

/** A transient NameID names nobody twice: who they are is then what the connection is bound to. */
function subjectOf(
  { binding }: SamlConnection,
  { subject, nameIdFormat }: VerifiedAssertion,
  bindingValue: string | undefined,
): string {
  if (nameIdFormat !== transientFormat) return subject
  if (binding.claim === 'NameID' || bindingValue === undefined) {
    throw new SamlRefusal('nameid', 'transient')
  }
  return `${binding.claim}=${bindingValue}`
}

/** The key with which we sign for a connection. */
export function currentKey({ id, keys }: SamlConnection): ConnectionKey {
  const key = keys.find(({ state }) => state === 'current')
  if (key === undefined) throw new Error(`SAML connection ${id} has no current key.`)
  return key
}
