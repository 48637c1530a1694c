import type { Database, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { inSlices } from '../in-slices.ts'
import { type ChainedEntry, chainHash, chainStart } from './audit-chain.ts'

/** No transaction takes longer: what claims to be older than the last sealing by more was not written by one. */
const lateSeconds = 900
const sealBatch = 500
const dueBatch = 1_000
const front = '00000000-0000-0000-0000-000000000000'

/** Workspaces with entries that are not part of their chain yet. */
export async function dueAuditChains(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from due_audit_chains(${lateSeconds}::integer, ${dueBatch}::integer) as id`.execute(
    db.query,
  )
  return rows.map(({ id }) => id)
}

interface EntryRow {
  id: string
  actor_kind: string
  actor_id: string | null
  request_id: string
  action: string
  subject_kind: string
  subject_id: string
  occurred: string
  content_digest: Buffer
}

const entryColumns = sql`a.id, a.actor_kind, a.actor_id, a.request_id, a.action, a.subject_kind, a.subject_id,
  to_char(a.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred, a.content_digest`

/**
 * Puts committed entries behind `after` into the chain in the order of their ids, at most five hundred; one that commits
 * later comes later, with the next walk along the queue. Answers the last; undefined where there was none. Whoever begins
 * at the front each time passes over all that has just been taken out of it.
 */
export async function sealAuditEntries(
  trx: WorkspaceTransaction,
  after: string = front,
): Promise<string | undefined> {
  const { workspaceId } = trx
  trx.giveWay()
  const start = chainStart(workspaceId)
  await trx.query
    .insertInto('audit_chains')
    .values({
      workspace_id: workspaceId,
      hash: start,
      start_hash: start,
      // Nothing was sealed before: whatever there is may be.
      sealed_at: new Date(0),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const head = await trx.query
    .selectFrom('audit_chains')
    .select(['position', 'hash', sql<string>`sealed_at::text`.as('sealedAt')])
    .where('workspace_id', '=', workspaceId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  // One by one along the queue: the planner believes that it is short, and would sort all of it for each five hundred.
  trx.send(sql`select set_config('enable_sort', 'off', true)`)
  const { rows } = await sql<EntryRow>`
    select a.* from unsealed_audit_entries q
    cross join lateral (
      select ${entryColumns} from audit_entries a
      where a.workspace_id = q.workspace_id and a.id = q.entry_id
        and a.occurred_at > ${head.sealedAt}::timestamptz - make_interval(secs => ${lateSeconds})
      offset 0
    ) a
    where q.workspace_id = ${workspaceId} and q.entry_id > ${after}
    order by q.entry_id limit ${sealBatch}`.execute(trx.query)
  const last = rows.at(-1)?.id
  if (last === undefined) return undefined
  let { hash } = head
  let position = BigInt(head.position)
  const links = await inSlices(rows, (row) => {
    position += 1n
    hash = chainHash(hash, String(position), toEntry(row))
    return { id: row.id, position: String(position), hash: hash.toString('hex') }
  })
  await sql`
    with sealed as (
      insert into audit_seals (workspace_id, position, entry_id, chain_hash)
      select ${workspaceId}::uuid, l.position, l.id, decode(l.hash, 'hex')
      from jsonb_to_recordset(${JSON.stringify(links)}::jsonb) as l (id uuid, position bigint, hash text)
    )
    delete from unsealed_audit_entries
    where workspace_id = ${workspaceId} and entry_id = any(${links.map(({ id }) => id)}::uuid[])`.execute(
    trx.query,
  )
  await trx.query
    .updateTable('audit_chains')
    .set({
      position: String(position),
      hash,
      // While more waits, what is left is not late yet.
      ...(rows.length < sealBatch ? { sealed_at: sql<Date>`now()` } : {}),
    })
    .where('workspace_id', '=', workspaceId)
    .execute()
  return last
}

/** Where a chain begins and ends; undefined while nothing is sealed. */
export async function readChain(trx: WorkspaceTransaction): Promise<
  | {
      start: { position: string; hash: Buffer }
      head: { position: string; hash: Buffer }
      sealedAt: Date
    }
  | undefined
> {
  const row = await trx.query
    .selectFrom('audit_chains')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .executeTakeFirst()
  return row === undefined
    ? undefined
    : {
        start: { position: row.start_position, hash: row.start_hash },
        head: { position: row.position, hash: row.hash },
        sealedAt: row.sealed_at,
      }
}

/** The next links behind a position. */
export async function readChainPage(
  trx: WorkspaceTransaction,
  after: string,
  limit: number,
): Promise<ChainedEntry[]> {
  const { rows } = await sql<
    EntryRow & {
      position: string
      chain_hash: Buffer
      before: Record<string, unknown> | null
      after: Record<string, unknown> | null
      content_salt: Buffer | null
      erased_at: Date | null
    }
  >`
    select ${entryColumns}, s.position, s.chain_hash, a.before, a.after, a.content_salt, a.erased_at
    from audit_seals s join audit_entries a on a.workspace_id = s.workspace_id and a.id = s.entry_id
    where s.workspace_id = ${trx.workspaceId} and s.position > ${after}
    order by s.position limit ${limit}`.execute(trx.query)
  return rows.map((row) => ({
    ...toEntry(row),
    position: row.position,
    chainHash: row.chain_hash,
    content: row,
  }))
}

/** Entries outside the chain: those that wait for it, and those that nobody announced or that claim to be from before its last link. */
export async function readUnsealed(
  trx: WorkspaceTransaction,
  limit: number,
): Promise<{ waiting: number; inserted: string[] }> {
  const { rows } = await sql<{ id: string; late: boolean }>`
    select a.id, q.entry_id is null
      or coalesce(a.occurred_at <= c.sealed_at - make_interval(secs => ${lateSeconds}), false) as late
    from audit_entries a
    left join unsealed_audit_entries q on q.workspace_id = a.workspace_id and q.entry_id = a.id
    left join audit_chains c on c.workspace_id = a.workspace_id
    where a.workspace_id = ${trx.workspaceId} and not exists (
      select from audit_seals s where s.workspace_id = a.workspace_id and s.entry_id = a.id)
    order by a.id limit ${limit}`.execute(trx.query)
  return {
    waiting: rows.filter(({ late }) => !late).length,
    inserted: rows.filter(({ late }) => late).map(({ id }) => id),
  }
}

function toEntry(row: EntryRow): Omit<ChainedEntry, 'position' | 'chainHash' | 'content'> {
  return {
    id: row.id,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    requestId: row.request_id,
    action: row.action,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    occurredAt: row.occurred,
    contentDigest: row.content_digest,
  }
}
