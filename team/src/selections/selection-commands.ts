import { createId, type WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { foundMembers, memberConditions } from '../members/member-filter.ts'
import type { MemberFilter } from '../members/member-list.ts'
import { searchPatterns } from '../members/member-search.ts'

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

/** Remembers whom somebody means. Throws `member-not-found` for an id of nobody. */
export async function createSelection(
  trx: WorkspaceTransaction,
  draft: SelectionDraft,
): Promise<Selection> {
  if ('ids' in draft) await requireAll(trx, draft.ids)
  const filter: MemberFilter = 'ids' in draft ? { ids: draft.ids } : draft.filter
  const except = 'ids' in draft ? [] : draft.except
  const { rows } = await sql<Selection>`
    insert into selections (workspace_id, id, member_ids, kept_until)
    select ${trx.workspaceId}, ${createId()}, array(
      select m.id from members m
      where ${memberConditions(trx, filter)} and ${searched(trx, filter)} and m.id <> all(${[...except]}::uuid[])
      order by m.id
    ), now() + make_interval(hours => ${keptHours})
    returning id, cardinality(member_ids) as count, kept_until as "keptUntil"`.execute(trx.query)
  const [selection] = rows
  if (selection === undefined) throw new Error('The selection was not written.')
  return selection
}

function searched(trx: WorkspaceTransaction, filter: MemberFilter): RawBuilder<unknown> {
  const patterns = searchPatterns(filter.search ?? '')
  return patterns === undefined ? sql`true` : sql`m.id in (select found.id from (${foundMembers(trx, patterns, null)}) found)`
}

async function requireAll(trx: WorkspaceTransaction, ids: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select wanted.id from unnest(${[...ids]}::uuid[]) as wanted (id)
    where not exists (select from members m where m.workspace_id = ${trx.workspaceId}
      and m.id = wanted.id and m.state <> 'removed') limit 1`.execute(trx.query)
  const [missing] = rows
  if (missing !== undefined) throw new TeamError('member-not-found', missing.id)
}
