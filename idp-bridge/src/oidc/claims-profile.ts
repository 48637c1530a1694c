import type { SsoConnection } from '../connections/sso-connection.ts'
import type { SsoProfile } from '../sign-in/sso-profile.ts'

type Person = Pick<
  SsoProfile,
  'email' | 'displayName' | 'givenName' | 'familyName' | 'roleValues' | 'session'
>

/** Who the person is, by the claims of an ID token. OpenID Connect Core §5.1. */
export function personOfClaims(
  { provisioning }: Pick<SsoConnection, 'provisioning'>,
  claims: Readonly<Record<string, unknown>>,
): Person {
  const roleClaim = provisioning?.roleClaim
  return {
    // Entra says nothing about it; whoever says false has not looked.
    email: claims['email_verified'] === false ? undefined : textOf(claims['email']),
    displayName: textOf(claims['name']),
    givenName: textOf(claims['given_name']),
    familyName: textOf(claims['family_name']),
    roleValues: roleClaim === undefined ? undefined : textsOf(claims[roleClaim]),
    session: { id: textOf(claims['sid']) },
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 500 ? value : undefined
}

function textsOf(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.filter((each) => typeof each === 'string')
}
