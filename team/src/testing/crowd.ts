import { createId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/**
 * Puts so many people of a directory into a workspace with a few statements, as a sync that has ended leaves them:
 * projected with the rules of now, which must not concern them yet. Each is in the group and has the title.
 */
export async function createCrowd(
  trx: WorkspaceTransaction,
  crowd: { connectionId: string; groupId: string; title: string; size: number },
): Promise<void> {
  const { workspaceId } = trx
  const numbers = Array.from({ length: crowd.size }, (_, index) => index)
  const userIds = numbers.map(() => createId())
  const memberIds = numbers.map(() => createId())
  await sql`
    with person as (
      select p.user_id, p.member_id, 'crowd-' || p.number as name
      from unnest(${userIds}::uuid[], ${memberIds}::uuid[], ${numbers}::integer[]) as p (user_id, member_id, number)
    ), users as (
      insert into directory_users (workspace_id, connection_id, id, user_name, user_name_key, display_name, display_key,
        active, resource)
      select ${workspaceId}, ${crowd.connectionId}, p.user_id, p.name, p.name, p.name, p.name, true,
        jsonb_build_object('userName', p.name, 'title', ${crowd.title}::text)
      from person p returning id
    ), people as (
      insert into members (workspace_id, id, source, directory_user_id, display_name, display_key, search_key, state,
        no_role_reason, conversation_access, access_valid_from, activated_at, rules_version)
      select ${workspaceId}, p.member_id, 'directory', p.user_id, p.name, p.name, p.name, 'active', 'no_grant', 'own',
        now(), now(), (select w.rules_version from workspaces w where w.id = ${workspaceId})
      from person p join users u on u.id = p.user_id
    )
    insert into directory_group_members (workspace_id, group_id, user_id)
    select ${workspaceId}, ${crowd.groupId}, u.id from users u`.execute(trx.query)
}
