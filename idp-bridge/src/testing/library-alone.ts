import { SAML, ValidateInResponseTo } from '@node-saml/passport-saml'

import { fieldsOf, type Forge } from './saml-forge.ts'

/** The SAML library without our guard, as strict as it can be set up: what ours is compared with. */
export function createLibraryAlone(forge: Forge): (encoded: string) => Promise<void> {
  const { acsUrl, issuer, audience } = fieldsOf(forge)
  const library = new SAML({
    callbackUrl: acsUrl,
    issuer: audience,
    audience,
    idpCert: forge.idp.certificate,
    idpIssuer: issuer,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: true,
    validateInResponseTo: ValidateInResponseTo.never,
    acceptedClockSkewMs: 60_000,
    maxAssertionAgeMs: 600_000,
  })
  return async (encoded) => {
    await library.validatePostResponseAsync({ SAMLResponse: encoded })
  }
}
