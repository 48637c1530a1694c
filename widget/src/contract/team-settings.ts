import type { ConversationAccess, RoleReference } from './members.ts'

/** `GET /team/v1/departments` */
export interface DepartmentList {
  departments: Department[]
}

/** Its `version` is the ETag that `PATCH` and `DELETE /team/v1/departments/{id}` name. */
export interface Department {
  id: string
  name: string
  /** Where people go whose last department is deleted. */
  isDefault: boolean
  lead: { id: string; displayName: string } | null
  /** Whoever is in it gets them. */
  channels: { id: string; key: string; name: string }[]
  memberCount: number
  version: string
}

/** `GET /team/v1/roles`: highest first, with every permission there is. */
export interface RoleList {
  roles: Role[]
  permissions: string[]
}

/** Its `version` is the ETag that `PATCH` and `DELETE /team/v1/roles/{id}` name. */
export interface Role extends Pick<RoleReference, 'id' | 'key' | 'name'> {
  /** Came with the preset: people rename it and change nothing else. */
  isPreset: boolean
  permissions: string[]
  /** Keys of the roles that a holder may give to others. */
  grantable: string[]
  conversationAccess: ConversationAccess
  memberCount: number
  version: string
}
