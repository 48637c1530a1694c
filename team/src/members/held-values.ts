import type { DirectoryUsersTable, Schema } from '@plantel/db'
import type { ExpressionBuilder, Nullable, RawBuilder } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'

/** A select over members under the name `member`, whatever is joined to it. */
type MemberExpression = ExpressionBuilder<
  Schema & { member: Schema['members']; user: Nullable<DirectoryUsersTable> },
  'member'
>

/** The departments that some effective grant gives to the member, by name. */
export function heldDepartments(eb: MemberExpression): RawBuilder<{ id: string; name: string }[]> {
  return jsonArrayFrom(
    eb
      .selectFrom('grants as held')
      .innerJoin('departments as department', (join) =>
        join
          .onRef('department.workspace_id', '=', 'held.workspace_id')
          .onRef('department.id', '=', 'held.department_id'),
      )
      .select(['department.id', 'department.name'])
      .distinct()
      .whereRef('held.workspace_id', '=', 'member.workspace_id')
      .whereRef('held.member_id', '=', 'member.id')
      .where('held.effective', '=', true)
      .orderBy('department.name'),
  )
}

/** The channels that some effective grant gives to the member, by name. */
export function heldChannels(
  eb: MemberExpression,
): RawBuilder<{ id: string; key: string; name: string }[]> {
  return jsonArrayFrom(
    eb
      .selectFrom('grants as held')
      .innerJoin('channels as channel', (join) =>
        join
          .onRef('channel.workspace_id', '=', 'held.workspace_id')
          .onRef('channel.id', '=', 'held.channel_id'),
      )
      .select(['channel.id', 'channel.key', 'channel.name'])
      .distinct()
      .whereRef('held.workspace_id', '=', 'member.workspace_id')
      .whereRef('held.member_id', '=', 'member.id')
      .where('held.effective', '=', true)
      .orderBy('channel.name'),
  )
}
