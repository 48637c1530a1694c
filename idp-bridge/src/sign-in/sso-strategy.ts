import passport from 'passport'

import type { SsoSession } from './sso-profile.ts'

/** Who has signed in, as the session remembers it. */
export interface SignedInMember {
  memberId: string
  /** Null for somebody who came with a password. */
  connectionId: string | null
  /** What the company's identity provider calls them and their session; absent for somebody with a password. */
  sso?: { subject: string; session: SsoSession | undefined } | undefined
}

/**
 * Passport's part in SSO: it hands a member whom we resolved to `req.login`, which makes a new
 * session. One instance a request: passport writes `success` and `error` of the request onto it.
 */
export class SsoStrategy extends passport.Strategy {
  override readonly name = 'sso'
  readonly #resolve: () => Promise<SignedInMember>

  constructor(resolve: () => Promise<SignedInMember>) {
    super()
    this.#resolve = resolve
  }

  override authenticate(): void {
    this.#resolve().then(
      (member) => this.success(member),
      (error: unknown) => this.error(error),
    )
  }
}
