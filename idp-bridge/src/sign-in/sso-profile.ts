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
  /** Their address, unless the provider says that it doesn't know whose it is. */
  email?: string | undefined
  displayName?: string | undefined
  givenName?: string | undefined
  familyName?: string | undefined
  /** Values of the claim that decides about the role. */
  roleValues?: readonly string[] | undefined
  session?: SsoSession | undefined
}

/** The person's session at the identity provider: what it ends names it. */
export interface SsoSession {
  /** OIDC `sid`, SAML `SessionIndex`. */
  id: string | undefined
  /** SAML's `NameID` as it was sent, by which a LogoutRequest names the person. */
  nameId?: string | undefined
  /** Format of the `NameID`. */
  nameFormat?: string | undefined
  /** The ID token, sealed, where signing out will name it. */
  sealedIdToken?: string | undefined
  /** ISO 8601; the person has to come again then. */
  expiresAt?: string | undefined
}
