import type {
  MappingRule,
  ScimConnection,
  ScimToken,
  SignInPolicy,
  SsoConnection,
} from '../contract/index.ts'

/** The company's directory and sign-in. */
export interface InMemoryDirectory {
  connections: ScimConnection[]
  tokens: ScimToken[]
  rules: (MappingRule & { id: string })[]
  signIns: SsoConnection[]
  policy: SignInPolicy
}

/** How long ago, as the API writes a time. */
export const daysAgo = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString()

/** The directory that every test begins with. */
export function createDirectory(): InMemoryDirectory {
  return {
    connections: [
      {
        id: 'okta',
        name: 'Okta',
        idp: 'okta',
        state: 'active',
        baseUrl: 'https://plantel.example/scim/v2/okta',
      },
    ],
    tokens: [
      {
        id: 'token-1',
        createdAt: daysAgo(200),
        expiresAt: daysAgo(-165),
        revokedAt: null,
        lastUsedAt: daysAgo(0),
      },
    ],
    rules: [
      {
        id: 'rule-1',
        connectionId: 'okta',
        when: { kind: 'group', group: { id: 'g1', displayName: 'Inbox Agents' } },
        role: 'agent',
        departments: ['Sales'],
        channels: [],
        supervisor: false,
      },
      {
        id: 'rule-2',
        connectionId: 'okta',
        when: {
          kind: 'attribute',
          attribute: 'department',
          operator: 'equals',
          value: 'Customer Care',
        },
        role: 'manager',
        departments: [],
        channels: [],
        supervisor: true,
      },
    ],
    signIns: [
      {
        id: 'sso-1',
        name: 'Okta',
        kind: 'oidc',
        state: 'active',
        issuer: 'https://acme.okta.example',
      },
    ],
    policy: {
      ssoRequired: false,
      breakGlassOwners: [
        {
          id: 'member-2',
          displayName: 'Beatriz Carvalho Nunes',
          email: 'beatriz@cafe.example',
          hasPassword: true,
          recoveryCodes: 7,
        },
      ],
      hindrances: [],
    },
  }
}
