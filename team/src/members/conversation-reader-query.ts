import { isId, type MemberState, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { ConversationPolicies, ConversationReader } from './conversation-access.ts'

/** By what a host names a person: by our id or by its own. */
export type PersonKey = 'member' | 'hostUser'

/** What decides about conversations, as of one moment. */
export interface ConversationReaderFound {
  policies: ConversationPolicies
  /** Undefined where the workspace has no such member. */
  person:
    | (ConversationReader & {
        hostUserId: string | null
        /** Active and with a role. */
        mayEnter: boolean
      })
    | undefined
}

interface Row {
  hideOthersChats: boolean
  channelAccess: ConversationPolicies['channelAccess']
  id: string | null
  hostUserId: string | null
  state: MemberState | null
  conversationAccess: ConversationReader['conversationAccess']
  hasRole: boolean
  seesAllByRole: boolean
  channels: string[]
  departments: { id: string; name: string }[]
}

/**
 * Everything that `mayAccessConversation` needs of one person or many, in the order of the references, with one prepared
 * statement: hosts ask it for every conversation that somebody opens. Undefined where the host has no such workspace.
 */
export async function readConversationReaders(
  { prepared, workspaceId }: WorkspaceTransaction,
  hostId: string,
  by: PersonKey,
  references: readonly string[],
): Promise<ConversationReaderFound[] | undefined> {
  const asked =
    by === 'member'
      ? sql`${references.map((id) => (isId(id) ? id : null))}::uuid[]`
      : sql`${[...references]}::text[]`
  const isTheirs = by === 'member' ? sql`m.id = a.id` : sql`m.host_user_id = a.id and m.is_listed`
  const { rows } = await sql<Row>`
    select coalesce((w.policies->>'hideOthersChats')::boolean, false) as "hideOthersChats",
      w.policies->>'channelAccess' as "channelAccess",
      m.id, m.host_user_id as "hostUserId", m.state, m.conversation_access as "conversationAccess",
      r.id is not null as "hasRole",
      coalesce('conversations:all' = any(r.permissions), false) as "seesAllByRole",
      array(select distinct c.key from grants g
        join channels c on c.workspace_id = g.workspace_id and c.id = g.channel_id and c.retired_at is null
        where g.workspace_id = m.workspace_id and g.member_id = m.id and g.effective) as channels,
      (select coalesce(json_agg(json_build_object('id', d.id,
          -- A name that is free again is another department's.
          'name', case when d.retired_at is null then d.name else d.id::text end)), '[]') from departments d
        where d.workspace_id = m.workspace_id and d.id = any(array(select g.department_id from grants g
          where g.workspace_id = m.workspace_id and g.member_id = m.id and g.department_id is not null
            and g.effective))) as departments
    from workspaces w
    cross join unnest(${asked}) with ordinality as a (id, n)
    left join members m on m.workspace_id = w.id and ${isTheirs}
    left join roles r on r.workspace_id = m.workspace_id and r.id = m.role_id
    where w.id = ${workspaceId} and w.host_id = ${hostId} and w.deleted_at is null
    order by a.n`.execute(prepared)
  return rows.length === 0 ? undefined : rows.map(found)
}

function found(row: Row): ConversationReaderFound {
  const { hideOthersChats, channelAccess, id, state, hasRole, ...reader } = row
  return {
    policies: { hideOthersChats, channelAccess },
    person:
      id === null
        ? undefined
        : { ...reader, memberId: id, mayEnter: state === 'active' && hasRole },
  }
}
