import { Provider, interactionPolicy } from 'oidc-provider'

import type { CompanySlug } from '../companies/company.ts'
import type { DemoSecrets } from '../seed/demo-secrets.ts'
import type { CompanyDirectory } from './company-directory.ts'
import { displayName } from './directory-state.ts'
import { MemoryAdapter } from './memory-adapter.ts'

/** The client that stands for Plantel's sign-in of one company. */
export function directoryClientId(slug: CompanySlug): string {
  return `plantel-${slug}`
}

export function companyOfClient(clientId: unknown): string | undefined {
  return typeof clientId === 'string' && clientId.startsWith('plantel-')
    ? clientId.slice('plantel-'.length)
    : undefined
}

/** The directories' OpenID provider: `sub` is the directory's id of the person, as is SCIM `externalId`. */
export function createDirectoryProvider(deps: {
  issuer: string
  secrets: DemoSecrets
  directories: readonly CompanyDirectory[]
  ssoRedirectUris: ReadonlyMap<CompanySlug, string>
}): Provider {
  const { secrets, directories } = deps
  const provider = new Provider(deps.issuer, {
    adapter: MemoryAdapter,
    clients: directories.map(({ company }) => ({
      client_id: directoryClientId(company.slug),
      client_secret: secrets.clientSecrets[company.slug] ?? '',
      redirect_uris: [deps.ssoRedirectUris.get(company.slug) ?? ''],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      id_token_signed_response_alg: 'RS256',
    })),
    jwks: secrets.jwks,
    // Cookies don't tell ports apart: these must not meet another provider's on the same address.
    cookies: {
      keys: [secrets.cookieKey],
      names: {
        session: 'directory_session',
        interaction: 'directory_interaction',
        resume: 'directory_resume',
      },
    },
    claims: {
      openid: ['sub'],
      profile: ['name', 'given_name', 'family_name'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: {
      policy: alwaysAskWho(),
      url: (_ctx, interaction) => `/directory/sign-in/${interaction.uid}`,
    },
    pkce: { required: () => true },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 3600,
      IdToken: 600,
      Interaction: 600,
      Session: 3600,
    },
    // The company's admin consented for everybody.
    async loadExistingGrant(ctx) {
      const { client, session, provider } = ctx.oidc
      const grant = new provider.Grant({
        clientId: client?.clientId,
        accountId: session?.accountId,
      })
      grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes])
      await grant.save()
      return grant
    },
    findAccount(ctx, id) {
      const slug = companyOfClient(ctx.oidc.client?.clientId)
      const directory = directories.find(({ company }) => company.slug === slug)
      const person = directory?.state().people.find((person) => person.id === id)
      if (person === undefined || !person.active) return undefined
      return {
        accountId: id,
        claims: () => ({
          sub: id,
          name: displayName(person),
          given_name: person.givenName,
          family_name: person.familyName,
          email: person.userName,
          email_verified: true,
        }),
      }
    },
  })
  return provider
}

/** Asks on every sign-in, so that the newcomer can be one person after the other. */
function alwaysAskWho(): interactionPolicy.DefaultPolicy {
  const { base, Check } = interactionPolicy
  const policy = base()
  policy
    .get('login')
    ?.checks.add(
      new Check('choose_person', 'Somebody must be chosen', (ctx) =>
        ctx.oidc.result?.login === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    )
  return policy
}
