import { createId, type WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { foundMembers, memberConditions } from '../members/member-filter.ts'
import type { MemberFilter } from '../members/member-list.ts'
import { searchPatterns } from '../members/member-search.ts'
import { requirePermission } from '../permissions/require-permission.ts'

/** Whom to choose: all that a filter finds but for some, or these. */
export type SelectionDraft =
  | { filter: MemberFilter; except: readonly string[] }
  | { ids: readonly string[] }

/** A set of members that is kept as it was chosen: whoever joins or changes later is not in it. */
export interface Selection {
  id: string
  count: number
  /** Unless it is used by then. */
  keptUntil: Date
}

const keptHours = 24
/** Of one person: their last ones, until they use them. */
const keptUnused = 20

/** Remembers whom somebody means. Throws `permission-missing`, and `member-not-found` for an id of nobody. */
export async function createSelection(
  trx: WorkspaceTransaction,
  draft: SelectionDraft,
): Promise<Selection> {
  await requirePermission(trx, 'members:manage')
  if ('ids' in draft) await requireAll(trx, draft.ids)
  await dropOldest(trx)
  const filter: MemberFilter = 'ids' in draft ? { ids: draft.ids } : draft.filter
  const except = 'ids' in draft ? [] : draft.except
  const { rows } = await sql<Selection>`
    insert into selections (workspace_id, id, made_by, member_ids, kept_until)
    select ${trx.workspaceId}, ${createId()}, ${trx.actor.id}::uuid, array(
      select m.id from members m
      where ${memberConditions(trx, filter)} and ${searched(trx, filter)} and m.id <> all(${[...except]}::uuid[])
      order by m.id
    ), now() + make_interval(hours => ${keptHours})
    returning id, cardinality(member_ids) as count, kept_until as "keptUntil"`.execute(trx.query)
  const [selection] = rows
  if (selection === undefined) throw new Error('The selection was not written.')
  return selection
}

/** Each may hold the ids of everybody. */
async function dropOldest(trx: WorkspaceTransaction): Promise<void> {
  await sql`
    delete from selections s where s.workspace_id = ${trx.workspaceId} and s.id in (
      select old.id from selections old
      where old.workspace_id = ${trx.workspaceId} and old.made_by is not distinct from ${trx.actor.id}::uuid
        and old.kept_until <= now() + make_interval(hours => ${keptHours})
      order by old.id desc offset ${keptUnused - 1}
    )`.execute(trx.query)
}

function searched(trx: WorkspaceTransaction, filter: MemberFilter): RawBuilder<unknown> {
  const patterns = searchPatterns(filter.search ?? '')
  return patterns === undefined
    ? sql`true`
    : sql`m.id in (select found.id from (${foundMembers(trx, patterns, null, 'names')}) found)`
}

async function requireAll(trx: WorkspaceTransaction, ids: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select wanted.id from unnest(${[...ids]}::uuid[]) as wanted (id)
    where not exists (select from members m where m.workspace_id = ${trx.workspaceId}
      and m.id = wanted.id and m.is_listed) limit 1`.execute(trx.query)
  const [missing] = rows
  if (missing !== undefined) throw new TeamError('member-not-found', missing.id)
}
