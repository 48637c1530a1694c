/**
 * How strictly one SCIM connection reads requests: `compat` does what real clients mean, `rfc` what
 * RFC 7643/7644 say, `interop` what draft-zollner-scim-interop-profile (IPSIE) demands.
 */
export type Profile = 'compat' | 'rfc' | 'interop'

/** All profiles, for validation of settings and for tests. */
export const profiles: readonly Profile[] = ['compat', 'rfc', 'interop']
