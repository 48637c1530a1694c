import express, { type RequestHandler, type Response } from 'express'
import samlp from 'samlp'

import { readCookie } from '../cookies.ts'
import { type CertifiedKey, createCertifiedKey } from '../saml/self-signed-certificate.ts'
import { idpMetadata } from './idp-metadata.ts'
import { listen } from './listen.ts'

/** How the identity provider answers one of its applications. */
export interface SamlApplication {
  acsUrl: string
  spEntityId: string
  /** PEM of ours, by which our requests are checked. */
  requestCertificate: string
  signAssertion: boolean
  signResponse: boolean
  signatureAlgorithm?: 'rsa-sha1' | 'rsa-sha256'
  encryption?: { certificate: string; algorithm?: string } | undefined
  nameIdFormat?: string
  /** Signs with the key that the identity provider will change to. */
  useNextKey?: boolean
}

/** A company's real SAML identity provider (samlp), in process. Whoever the cookie `who` names is signed in there. */
export interface SamlIdp {
  origin: string
  entityId: string
  key: CertifiedKey
  nextKey: CertifiedKey
  metadata: (
    application: string,
    options?: { binding?: 'Redirect' | 'POST'; withNextKey?: boolean },
  ) => string
  register: (application: string, settings: SamlApplication) => void
  /** The bindings and signatures of the requests that came, newest last. */
  readonly requests: { binding: 'redirect' | 'post'; isSigned: boolean }[]
  close: () => Promise<void>
}

export async function startSamlIdp(): Promise<SamlIdp> {
  const [server, key, nextKey] = await Promise.all([
    listen(),
    createCertifiedKey('company'),
    createCertifiedKey('company, next'),
  ])
  const origin = `http://127.0.0.1:${server.port}`
  const entityId = 'urn:company:idp'
  const applications = new Map<string, SamlApplication>()
  const requests: SamlIdp['requests'] = []

  const answer: RequestHandler = (req, res, next) => {
    const settings = applications.get(String(req.params['application']))
    const who = readCookie(req.headers.cookie, 'who')
    if (settings === undefined || who === undefined) {
      res.status(404).end()
      return
    }
    const isPost = req.method === 'POST'
    requests.push({
      binding: isPost ? 'post' : 'redirect',
      isSigned: isPost
        ? Buffer.from(fieldOf(req.body, 'SAMLRequest'), 'base64')
            .toString()
            .includes('<SignatureValue>')
        : req.query['Signature'] !== undefined,
    })
    const { key: privateKey, cert } = signingKey(settings.useNextKey === true ? nextKey : key)
    samlp.auth({
      issuer: entityId,
      key: privateKey,
      cert,
      signingCert: settings.requestCertificate,
      signAssertion: settings.signAssertion,
      signResponse: settings.signResponse,
      signatureAlgorithm: settings.signatureAlgorithm ?? 'rsa-sha256',
      digestAlgorithm: settings.signatureAlgorithm === 'rsa-sha1' ? 'sha1' : 'sha256',
      audience: settings.spEntityId,
      destination: settings.acsUrl,
      recipient: settings.acsUrl,
      lifetimeInSeconds: 300,
      nameIdentifierFormat:
        settings.nameIdFormat ?? 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      ...(settings.encryption === undefined
        ? {}
        : {
            encryptionCert: settings.encryption.certificate,
            encryptionPublicKey: settings.encryption.certificate,
            encryptionAlgorithm: settings.encryption.algorithm,
            // What others still send.
            disallowEncryptionWithInsecureAlgorithm: false,
            warnOnInsecureEncryptionAlgorithm: false,
          }),
      getUserFromRequest: () => ({
        id: who,
        emails: [{ value: `${who}@example.com` }],
        displayName: who,
        name: {},
      }),
      getPostURL: (
        _audience: string,
        _request: unknown,
        _req: unknown,
        done: (error: null, url: string) => void,
      ) => done(null, settings.acsUrl),
      responseHandler: (response: Buffer, _options: unknown, _req: unknown, answered: Response) => {
        const relayState = fieldOf(isPost ? req.body : req.query, 'RelayState')
        answered.send(`<form method="post" action="${settings.acsUrl}">
          <input type="hidden" name="SAMLResponse" value="${response.toString('base64')}" />
          <input type="hidden" name="RelayState" value="${relayState}" />
          </form><script>document.forms[0].submit()</script>`)
      },
    })(req, res, next)
  }
  server.handle(
    express()
      .get('/sso/:application', answer)
      .post('/sso/:application', express.urlencoded({ extended: false }), answer),
  )
  return {
    origin,
    entityId,
    key,
    nextKey,
    requests,
    metadata: (application, { binding, withNextKey = false } = {}) =>
      idpMetadata({
        entityId,
        signOnUrl: `${origin}/sso/${application}`,
        certificates: [key.certificate, ...(withNextKey ? [nextKey.certificate] : [])],
        ...(binding === undefined ? {} : { binding }),
      }),
    register: (application, settings) => void applications.set(application, settings),
    close: server.close,
  }
}

function signingKey({ privateKey, certificate }: CertifiedKey): { key: Buffer; cert: Buffer } {
  return { key: Buffer.from(privateKey), cert: Buffer.from(certificate) }
}

function fieldOf(form: unknown, name: string): string {
  const value = (form as Record<string, unknown> | undefined)?.[name]
  return typeof value === 'string' ? value : ''
}
