import type { SamlConnection } from '../connections/sso-connection.ts'
import type { SsoProfile } from '../sign-in/sso-profile.ts'
import type { VerifiedAssertion } from './guard/read-response.ts'

const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
const emailFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'

/** What identity providers call the same thing, in lower case; the object ids are RFC 4519's. */
const names = {
  email: [
    'email',
    'mail',
    'emailaddress',
    `${claims}/emailaddress`,
    'urn:oid:0.9.2342.19200300.100.1.3',
  ],
  displayName: ['displayname', 'name', 'cn', `${claims}/name`, 'urn:oid:2.16.840.1.113730.3.1.241'],
  givenName: ['givenname', 'firstname', `${claims}/givenname`, 'urn:oid:2.5.4.42'],
  familyName: ['sn', 'surname', 'lastname', 'familyname', `${claims}/surname`, 'urn:oid:2.5.4.4'],
} as const

type Person = Pick<
  SsoProfile,
  'email' | 'displayName' | 'givenName' | 'familyName' | 'roleValues' | 'session'
>

/** Who the person is, by the attributes of a verified assertion. */
export function personOfAssertion(
  { provisioning }: Pick<SamlConnection, 'provisioning'>,
  { attributes, subject, nameIdFormat, sessionIndex, sessionExpiresAt }: VerifiedAssertion,
): Person {
  const byName = new Map([...attributes].map(([name, values]) => [name.toLowerCase(), values]))
  const find = (known: readonly string[]): string | undefined =>
    known
      .flatMap((name) => byName.get(name) ?? [])
      .find((value) => value !== '' && value.length <= 500)
  const roleClaim = provisioning?.roleClaim
  return {
    email: find(names.email) ?? (nameIdFormat === emailFormat ? subject : undefined),
    displayName: find(names.displayName),
    givenName: find(names.givenName),
    familyName: find(names.familyName),
    roleValues: roleClaim === undefined ? undefined : (attributes.get(roleClaim) ?? []),
    session: {
      id: sessionIndex,
      nameId: subject,
      nameFormat: nameIdFormat,
      expiresAt: sessionExpiresAt?.toISOString(),
    },
  }
}
