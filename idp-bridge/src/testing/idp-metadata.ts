/** Metadata as an identity provider publishes it. */
export function idpMetadata(draft: {
  entityId: string
  signOnUrl: string
  certificates: readonly string[]
  binding?: 'Redirect' | 'POST'
}): string {
  const keys = draft.certificates.map(
    (pem) =>
      `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${pem.replace(/-----.*-----/g, '')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  )
  const binding = `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${draft.binding ?? 'Redirect'}`
  return `<?xml version="1.0"?><!-- made by hand --><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${draft.entityId}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys.join('')}<md:SingleSignOnService Binding="${binding}" Location="${draft.signOnUrl}"/></md:IDPSSODescriptor></md:EntityDescriptor>`
}
