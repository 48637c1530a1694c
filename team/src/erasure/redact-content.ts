import { isId } from '@plantel/db'

/** Says nothing of a person at any depth: what was decided about them, in the workspace's words. */
const keptWhole: ReadonlySet<string> = new Set([
  'active',
  'channels',
  'conversationAccess',
  'departments',
  'hold',
  'kind',
  'noRoleReason',
  'reason',
  'role',
  'source',
  'state',
  'supervisor',
  'version',
])

/** Ours, and not those by which hosts and directories call a person. */
const keptIds: ReadonlySet<string> = new Set([
  'channelId',
  'connectionId',
  'departmentId',
  'id',
  'invitedBy',
  'memberId',
  'roleId',
  'ruleId',
])

/**
 * What history still says of somebody who was erased: ids, states and access. Any other text or number goes, so that
 * a field that somebody adds later is forgotten and not kept.
 */
export function redactContent(content: unknown): unknown {
  if (Array.isArray(content)) return content.map(redactContent)
  if (typeof content !== 'object' || content === null) {
    return typeof content === 'boolean' ? content : null
  }
  return Object.fromEntries(
    Object.entries(content).map(([key, value]) => {
      const isKept =
        keptWhole.has(key) || (keptIds.has(key) && typeof value === 'string' && isId(value))
      return [key, isKept ? value : redactContent(value)]
    }),
  )
}
