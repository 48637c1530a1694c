/**
 * What an identity provider asserted about a person and we verified: the one shape in which every
 * protocol ends. Nothing after it knows which protocol it was.
 */
export interface SsoProfile {
  protocol: 'oidc' | 'saml'
  connectionId: string
  issuer: string
  /** The person's id at the issuer: OIDC `sub`, SAML `NameID`. Never chosen because it is an email. */
  subject: string
  /** Value of the connection's binding claim or attribute; undefined when the provider did not send it. */
  bindingValue: string | undefined
}
