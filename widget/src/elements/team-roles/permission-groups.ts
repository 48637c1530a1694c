import type { PermissionGroup } from '../../i18n/settings/settings-messages.ts'

const groupOf: Readonly<Record<string, PermissionGroup>> = {
  conversations: 'conversations',
  distribution: 'conversations',
  contacts: 'content',
  labels: 'content',
  'quick-replies': 'content',
  templates: 'content',
  campaigns: 'content',
  members: 'team',
  departments: 'team',
  roles: 'team',
  passwords: 'team',
  directory: 'team',
}

/** The permissions of a catalogue under what they are about; what we don't know is about the workspace. */
export function groupPermissions(
  permissions: readonly string[],
): [PermissionGroup, readonly string[]][] {
  const groups: [PermissionGroup, string[]][] = [
    ['conversations', []],
    ['content', []],
    ['team', []],
    ['workspace', []],
  ]
  for (const permission of permissions) {
    const group = groupOf[permission.split(':')[0] ?? ''] ?? 'workspace'
    groups.find(([name]) => name === group)?.[1].push(permission)
  }
  return groups.filter(([, found]) => found.length > 0)
}
