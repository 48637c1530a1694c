import type { HostKeyScope } from '@plantel/db'

/** What a host key may do: read, change, make tokens for members, and manage keys. */
export const hostScopes: readonly HostKeyScope[] = ['read', 'write', 'tokens', 'keys']
