import type Provider from 'oidc-provider'

/** A host's client as oidc-provider knows it. */
export type ProviderClient = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>

/**
 * Posts a logout token to a client: for one of the person's sessions with it, or without `sid` for
 * all of them. Throws when it is not accepted. OpenID Connect Back-Channel Logout §2.4, §2.5.
 */
export async function postLogoutToken(
  client: ProviderClient,
  memberId: string,
  sid?: string,
): Promise<void> {
  // Missing in the library's types.
  const { backchannelLogout } = client as unknown as {
    backchannelLogout: (this: ProviderClient, sub: string, sid?: string) => Promise<void>
  }
  await backchannelLogout.call(client, memberId, sid)
}
