import type { WorkspaceTransaction } from '@plantel/db'
import { recordChanges } from '@plantel/team'

/** What admins do to an SSO connection. */
export type ConnectionAction =
  | 'sso_connection.created'
  | 'sso_connection.changed'
  | 'sso_connection.deleted'
  | 'sso_connection.metadata_changed'
  | 'sso_connection.certificate_removed'
  | 'sso_connection.key_published'
  | 'sso_connection.key_activated'

/** Audit entry and event of a change of an SSO connection; never with a secret. */
export async function recordConnection(
  trx: WorkspaceTransaction,
  action: ConnectionAction,
  id: string,
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): Promise<void> {
  const payload = { ssoConnection: { id } }
  await recordChanges(trx, [
    {
      action,
      subject: { kind: 'sso_connection', id },
      before,
      after,
      event: { type: 'connection.changed', memberId: null, payload },
    },
  ])
}
