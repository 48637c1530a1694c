/** What a host key may do: read, change, make tokens for members, and manage keys. */
export const hostScopes = ['read', 'write', 'tokens', 'keys'] as const

export type HostScope = (typeof hostScopes)[number]
