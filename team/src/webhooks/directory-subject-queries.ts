import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

/** What a directory user or group is called by others, beside its own id. */
export interface DirectorySubject {
  /** As the directory calls it; undefined when it doesn't, or when it is forgotten. */
  externalId?: string
  /** Whom the directory user is linked to. */
  memberId?: string
}

/** By id; looked up when it is told, so that what waits to be told holds nothing of a person. */
export async function readDirectorySubjects(
  trx: WorkspaceTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DirectorySubject>> {
  const { rows } = await sql<{ id: string; external_id: string | null; member_id: string | null }>`
    select u.id, u.external_id, m.id as member_id
    from directory_users u
    left join members m on m.workspace_id = u.workspace_id and m.directory_user_id = u.id
    where u.workspace_id = ${trx.workspaceId} and u.id = any(${[...ids]}::uuid[])
    union all
    select g.id, g.external_id, null from directory_groups g
    where g.workspace_id = ${trx.workspaceId} and g.id = any(${[...ids]}::uuid[])`.execute(
    trx.query,
  )
  return new Map(
    rows.map(({ id, external_id: externalId, member_id: memberId }) => [
      id,
      {
        ...(externalId === null ? {} : { externalId }),
        ...(memberId === null ? {} : { memberId }),
      },
    ]),
  )
}
