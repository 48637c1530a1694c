import type { NamedReference, RoleReference } from '../contract/index.ts'
import type { Messages } from './messages.ts'

/** A built-in role in the reader's language or the host's words, anything else as the workspace calls it. */
export function roleName(
  reference: NamedReference | RoleReference,
  { roleNames }: Pick<Messages, 'roleNames'>,
): string {
  const names: Partial<Record<string, string>> = roleNames
  const own = 'builtIn' in reference && reference.builtIn ? names[reference.key] : undefined
  return own ?? reference.name
}
