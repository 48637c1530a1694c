import { permissions } from '../../permissions/catalogue.ts'
import { ownerRoleKey } from '../../roles/owner-role.ts'
import type { PresetRole } from '../preset.ts'

/** The role above an inbox's own ones: everything is allowed, and every role may be given. */
export function ownerAbove(keys: readonly string[]): PresetRole {
  return {
    key: ownerRoleKey,
    name: { en: 'Owner', es: 'Propietario', 'pt-BR': 'Proprietário' },
    permissions,
    grantable: [ownerRoleKey, ...keys],
    conversationAccess: 'all',
  }
}
