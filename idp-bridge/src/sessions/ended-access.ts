import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

/** Members whose access ended, as statements look them up. */
export interface EndedAccess {
  /** A `uuid[]`, selected, so that one plan serves for any number. */
  readonly memberIds: RawBuilder<unknown>
  /** From when on what was issued to the member of that id counts; null for nobody of this workspace. */
  readonly validFrom: (memberId: RawBuilder<unknown>) => RawBuilder<unknown>
}

/** Looks at the members of this workspace among those. */
export function endedAccess(
  { workspaceId }: WorkspaceTransaction,
  memberIds: readonly string[],
): EndedAccess {
  return {
    memberIds: sql`(select ${[...memberIds]}::uuid[])::uuid[]`,
    validFrom: (memberId) => sql`(
      select greatest(m.access_valid_from, w.access_valid_from)
      from members m join workspaces w on w.id = m.workspace_id
      where m.workspace_id = ${workspaceId} and m.id = ${memberId})`,
  }
}
