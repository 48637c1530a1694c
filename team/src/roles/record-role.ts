import type { WorkspaceTransaction } from '@plantel/db'

import { type EventType, recordChanges } from '../history/record-change.ts'
import type { RoleRow } from './role-store.ts'

/** Audit entry and event of a role that was made, changed or deleted. */
export async function recordRole(
  trx: WorkspaceTransaction,
  type: Extract<EventType, `role.${string}`>,
  before: RoleRow | null,
  after: RoleRow | null,
  more: Record<string, unknown>,
): Promise<void> {
  const subject = after ?? before
  if (subject === null) return
  const payload = { role: describe(subject), before: describe(before), ...more }
  await recordChanges(trx, [
    {
      action: type,
      subject: { kind: 'role', id: subject.id },
      before: describe(before),
      after: after === null ? null : { ...describe(after), ...more },
      event: { type, memberId: null, payload },
    },
  ])
}

function describe(row: RoleRow | null): Record<string, unknown> | null {
  if (row === null) return null
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    permissions: row.permissions,
    grantable: row.grantable_role_keys,
    conversationAccess: row.conversation_access,
  }
}
