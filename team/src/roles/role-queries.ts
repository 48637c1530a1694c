import type { ConversationAccess, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/** A role as those who manage roles see it. */
export interface RoleView {
  id: string
  key: string
  name: string
  /** Came with the preset. */
  isPreset: boolean
  permissions: string[]
  grantable: string[]
  conversationAccess: ConversationAccess
  /** How many people have it now. */
  memberCount: number
  version: string
}

/** Highest first; with an id or key only this one. */
export async function listRoles(
  trx: WorkspaceTransaction,
  idOrKey: string | null = null,
): Promise<RoleView[]> {
  const { rows } = await sql<RoleView>`
    select r.id, r.key, r.name, r.built_in as "isPreset", r.permissions, r.grantable_role_keys as grantable,
      r.conversation_access as "conversationAccess", r.version::text,
      (select coalesce(sum(c.n), 0)::int from member_counts c
        where c.workspace_id = r.workspace_id and c.role_id = r.id) as "memberCount"
    from roles r
    where r.workspace_id = ${trx.workspaceId} and r.retired_at is null
      and (${idOrKey}::text is null or r.id::text = ${idOrKey} or r.key = ${idOrKey})
    order by r.rank desc`.execute(trx.query)
  return rows
}
