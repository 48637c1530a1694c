import type { ConversationAccess } from '../../contract/index.ts'
import type { Phrasing } from '../phrasing.ts'

/** Every word of the views of departments and roles. */
export interface SettingsMessages {
  departmentsHint: string
  newDepartment: string
  itsName: string
  edit: (name: string) => string
  defaultDepartment: string
  defaultHint: string
  makeDefault: string
  members: (count: number) => string
  lead: string
  leadHint: string
  noLead: string
  channelsHint: string
  deleteTitle: (name: string) => string
  deleteExplained: string
  moveTo: string
  moveToDefault: (name: string) => string
  difference: (changed: number) => string
  loses: (count: number) => string
  gains: (count: number) => string
  nobodyChanges: string
  deleted: (name: string) => string
  noDepartments: string
  rolesHint: string
  builtIn: string
  newRole: (from: string) => string
  seesLabel: string
  sees: Record<ConversationAccess, string>
  permissions: string
  grantable: string
  grantableHint: string
  builtInHint: string
  preview: string
  gainsPermissions: (list: string) => string
  losesPermissions: (list: string) => string
  replacement: string
  groups: Record<PermissionGroup, string>
  showMatrix: string
  yes: string
  no: string
}

/** What permissions are listed under. */
export type PermissionGroup = 'conversations' | 'content' | 'team' | 'workspace'

export type CreateSettingsMessages = (phrasing: Phrasing) => SettingsMessages
