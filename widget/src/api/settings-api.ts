import type { ConversationAccess, Department, Role } from '../contract/index.ts'
import { ask } from './ask.ts'
import type { TeamApi } from './team-api.ts'

/** What a change of departments or roles would do to people's access. */
export interface AccessDifference {
  /** Names the difference: what is saved is refused when it would do something else by then. */
  hash: string
  changed: number
  gainAccess: number
  loseAccess: number
  /** Only of a role. */
  permissions?: { gained: string[]; lost: string[] }
}

/** What of a department can be changed. */
export interface DepartmentEdit {
  name?: string
  leadMemberId?: string | null
  isDefault?: boolean
  channelIds?: readonly string[]
}

/** What of a role can be changed. */
export interface RoleEdit {
  name?: string
  permissions?: readonly string[]
  grantable?: readonly string[]
  conversationAccess?: ConversationAccess
}

type Versioned = Pick<Department, 'id' | 'version'>

const query = (values: Record<string, string | undefined>): string => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0 ? '' : `?${new URLSearchParams(given as [string, string][])}`
}

export const listDepartments = (
  api: TeamApi,
  signal: AbortSignal,
): Promise<{ departments: Department[] }> => ask(api, 'GET', 'departments', { signal })

export const createDepartment = (
  api: TeamApi,
  body: DepartmentEdit,
  key: string,
): Promise<Department> => ask(api, 'POST', 'departments', { body, key })

export const editDepartment = (
  api: TeamApi,
  { id, version }: Versioned,
  body: DepartmentEdit,
): Promise<Department> => ask(api, 'PATCH', `departments/${id}`, { body, version })

export const previewDepartmentDeletion = (
  api: TeamApi,
  { id }: Versioned,
  moveTo: string | undefined,
  signal: AbortSignal,
): Promise<AccessDifference> =>
  ask(api, 'GET', `departments/${id}/deletion-preview${query({ moveTo })}`, { signal })

export const deleteDepartment = (
  api: TeamApi,
  { id, version }: Versioned,
  moveTo: string | undefined,
  previewHash: string,
): Promise<void> =>
  ask(api, 'DELETE', `departments/${id}${query({ moveTo, previewHash })}`, { version })

export const createRole = (
  api: TeamApi,
  body: RoleEdit & { key: string; name: string; cloneOf: string },
  key: string,
): Promise<Role> => ask(api, 'POST', 'roles', { body, key })

export const previewRoleEdit = (
  api: TeamApi,
  { id }: Versioned,
  body: RoleEdit,
  signal: AbortSignal,
): Promise<AccessDifference> => ask(api, 'POST', `roles/${id}/preview`, { body, signal })

export const editRole = (
  api: TeamApi,
  { id, version }: Versioned,
  body: RoleEdit,
  previewHash: string | undefined,
): Promise<Role> => ask(api, 'PATCH', `roles/${id}${query({ previewHash })}`, { body, version })

export const previewRoleDeletion = (
  api: TeamApi,
  { id }: Versioned,
  replacement: string,
  signal: AbortSignal,
): Promise<AccessDifference> =>
  ask(api, 'GET', `roles/${id}/deletion-preview${query({ replacement })}`, { signal })

export const deleteRole = (
  api: TeamApi,
  { id, version }: Versioned,
  replacement: string,
  previewHash: string,
): Promise<void> =>
  ask(api, 'DELETE', `roles/${id}${query({ replacement, previewHash })}`, { version })
