import type { MembersTable, WorkspaceTransaction } from '@plantel/db'
import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'

import { groupsOfUser } from '../directory/group-nesting.ts'
import type { Grant, MemberFacts } from './project.ts'

export interface StoredGrant extends Grant {
  id: string
  effective: boolean
}

/** A member with what `project` needs to know and what is stored of the last projection. */
export interface MemberWithFacts {
  row: Selectable<MembersTable>
  facts: MemberFacts
  grants: StoredGrant[]
}

/** Locks the members in order of their ids, so that two projections never wait for each other in a circle. */
export async function lockMembersWithFacts(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<MemberWithFacts[]> {
  await trx.query
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', anyOf(memberIds))
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  // A second statement: it sees what the transactions we waited for have committed.
  return loadMembersWithFacts(trx, memberIds)
}

/** The same without a lock, for looking only. In order of their ids. */
export async function loadMembersWithFacts(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<MemberWithFacts[]> {
  const { workspaceId } = trx
  const rows = await trx.query
    .selectFrom('members as member')
    .leftJoin('directory_users as user', (join) =>
      join
        .onRef('user.workspace_id', '=', 'member.workspace_id')
        .onRef('user.id', '=', 'member.directory_user_id'),
    )
    .leftJoin('scim_connections as connection', (join) =>
      join
        .onRef('connection.workspace_id', '=', 'user.workspace_id')
        .onRef('connection.id', '=', 'user.connection_id'),
    )
    .selectAll('member')
    .select((eb) => [
      'user.deleted_at as user_deleted_at',
      'user.connection_id',
      'connection.default_role_id',
      sql<{ group_id: string }[]>`(
        select coalesce(json_agg(held.* order by held.group_id), '[]')
        from ${groupsOfUser(sql`member.workspace_id`, sql`member.directory_user_id`)} as held)`.as(
        'groups',
      ),
      jsonArrayFrom(
        eb
          .selectFrom('member_holds as hold')
          .select('hold.source')
          .whereRef('hold.workspace_id', '=', 'member.workspace_id')
          .whereRef('hold.member_id', '=', 'member.id'),
      ).as('holds'),
      jsonArrayFrom(
        eb
          .selectFrom('grants as held')
          .select([
            'held.id',
            'held.kind',
            'held.role_id',
            'held.department_id',
            'held.channel_id',
            'held.source',
            'held.source_id',
            'held.effective',
          ])
          .whereRef('held.workspace_id', '=', 'member.workspace_id')
          .whereRef('held.member_id', '=', 'member.id'),
      ).as('grants'),
    ])
    .where('member.workspace_id', '=', workspaceId)
    .where('member.id', '=', anyOf(memberIds))
    .orderBy('member.id')
    .execute()

  return rows.map(
    ({ user_deleted_at, connection_id, default_role_id, groups, holds, grants, ...row }) => {
      const stored = grants.map((grant) => ({
        id: grant.id,
        kind: grant.kind,
        valueId: grant.role_id ?? grant.department_id ?? grant.channel_id,
        source: grant.source,
        sourceId: grant.source_id,
        effective: grant.effective,
      }))
      return {
        row,
        grants: stored,
        facts: {
          directory:
            connection_id === null
              ? null
              : {
                  connectionId: connection_id,
                  defaultRoleId: default_role_id,
                  deleted: user_deleted_at !== null,
                  groupIds: groups.map((group) => group.group_id),
                },
          holds: holds.map((hold) => hold.source),
          removed: row.removed_at !== null,
          invitationPending: row.invited_at !== null && row.activated_at === null,
          breakGlass: row.break_glass,
          localGrants: stored
            .filter((grant) => grant.source === 'local' || grant.source === 'invitation')
            .map(({ kind, valueId, source, sourceId }) => ({ kind, valueId, source, sourceId })),
        },
      }
    },
  )
}

/** `= any($1)`: one parameter for any number of ids. */
function anyOf(ids: readonly string[]): ReturnType<typeof sql<string>> {
  return sql<string>`any(${[...ids]}::uuid[])`
}
