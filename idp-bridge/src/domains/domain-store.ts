import { randomBytes } from 'node:crypto'

import type { Database, WorkspaceTransaction } from '@plantel/db'
import { recordChanges } from '@plantel/team'
import { sql } from 'kysely'

/** A domain that the workspace says is its own. */
export interface WorkspaceDomain {
  domain: string
  /** Since when it is proved; null is not yet, or no longer. */
  verifiedAt: Date | null
  /** Since when the record of a proved one is gone; after thirty days it is proved no longer. */
  recordMissingSince: Date | null
  /** The TXT record that proves it. */
  record: { name: string; value: string }
}

/** Below the domain, so that it is in nobody's way. */
const recordLabel = '_plantel'

/** Notes a domain that is yet to be proved; one that is there already keeps its record. `domain` is from `parseDomain`. */
export async function claimDomain(
  trx: WorkspaceTransaction,
  domain: string,
): Promise<WorkspaceDomain> {
  const added = await trx.query
    .insertInto('workspace_domains')
    .values({
      workspace_id: trx.workspaceId,
      domain,
      token: randomBytes(16).toString('hex'),
      verified_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('domain')
    .executeTakeFirst()
  if (added !== undefined) await record(trx, 'workspace.domain_claimed', domain)
  const [claimed] = await listDomains(trx, domain)
  if (claimed === undefined) throw new Error(`The domain ${domain} was not stored.`)
  return claimed
}

/** All of the workspace's, or the one that is named, by name. */
export async function listDomains(
  { query, workspaceId }: WorkspaceTransaction,
  domain?: string,
): Promise<WorkspaceDomain[]> {
  const rows = await query
    .selectFrom('workspace_domains')
    .select(['domain', 'token', 'verified_at', 'missing_since'])
    .where('workspace_id', '=', workspaceId)
    .$if(domain !== undefined, (select) => select.where('domain', '=', domain ?? ''))
    .orderBy('domain')
    .execute()
  return rows.map((row) => ({
    domain: row.domain,
    verifiedAt: row.verified_at,
    recordMissingSince: row.missing_since,
    record: recordOf(row.domain, row.token),
  }))
}

function recordOf(domain: string, token: string): WorkspaceDomain['record'] {
  return { name: `${recordLabel}.${domain}`, value: `plantel-domain=${token}` }
}

/** Believes that the domain is the workspace's; whoever calls has seen its record. */
export async function markDomainVerified(trx: WorkspaceTransaction, domain: string): Promise<void> {
  const changed = await trx.query
    .updateTable('workspace_domains')
    .set({ verified_at: trx.now, missing_since: null, due_at: tomorrow })
    .where('workspace_id', '=', trx.workspaceId)
    .where('domain', '=', domain)
    .where('verified_at', 'is', null)
    .returning('domain')
    .executeTakeFirst()
  if (changed !== undefined) await record(trx, 'workspace.domain_verified', domain)
  else await noteRecord(trx, domain, true)
}

const tomorrow = sql<Date>`now() + interval '1 day'`

/** Puts the next look an hour off, so that nobody else looks meanwhile; undefined when somebody has. */
export async function takeDueDomain(
  { query, workspaceId }: WorkspaceTransaction,
  domain: string,
): Promise<WorkspaceDomain['record'] | undefined> {
  const row = await query
    .updateTable('workspace_domains')
    .set({ due_at: sql<Date>`now() + interval '1 hour'` })
    .where('workspace_id', '=', workspaceId)
    .where('domain', '=', domain)
    .where('verified_at', 'is not', null)
    .where('due_at', '<=', sql<Date>`now()`)
    .returning('token')
    .executeTakeFirst()
  return row === undefined ? undefined : recordOf(domain, row.token)
}

const graceMs = 30 * 86_400_000

/** What became of a proved domain's record; one that is gone for thirty days proves nothing any more. */
export async function noteRecord(
  trx: WorkspaceTransaction,
  domain: string,
  isThere: boolean,
): Promise<void> {
  const { query, workspaceId, now } = trx
  const row = await query
    .selectFrom('workspace_domains')
    .select('missing_since')
    .where('workspace_id', '=', workspaceId)
    .where('domain', '=', domain)
    .where('verified_at', 'is not', null)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return
  const { missing_since: before } = row
  const hasLapsed = !isThere && before !== null && now.getTime() - before.getTime() > graceMs
  await query
    .updateTable('workspace_domains')
    .set({
      due_at: tomorrow,
      missing_since: isThere ? null : (before ?? now),
      ...(hasLapsed ? { verified_at: null } : {}),
    })
    .where('workspace_id', '=', workspaceId)
    .where('domain', '=', domain)
    .execute()
  if (hasLapsed) return record(trx, 'workspace.domain_lapsed', domain)
  if (isThere && before !== null) await record(trx, 'workspace.domain_record_found', domain)
  if (!isThere && before === null) await record(trx, 'workspace.domain_record_missing', domain)
}

/** False when the workspace has no such one. */
export async function deleteDomain(trx: WorkspaceTransaction, domain: string): Promise<boolean> {
  const gone = await trx.query
    .deleteFrom('workspace_domains')
    .where('workspace_id', '=', trx.workspaceId)
    .where('domain', '=', domain)
    .returning('domain')
    .executeTakeFirst()
  if (gone !== undefined) await record(trx, 'workspace.domain_removed', domain)
  return gone !== undefined
}

async function record(trx: WorkspaceTransaction, action: string, domain: string): Promise<void> {
  const subject = { kind: 'workspace', id: trx.workspaceId } as const
  await recordChanges(trx, [{ action, subject, before: null, after: { domain } }])
}

/** The workspaces of a host that have proved the domain; ids. */
export async function findWorkspacesOfDomain(
  db: Database,
  hostId: string,
  domain: string,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from find_workspaces_of_domain(${hostId}::uuid, ${domain}) as id`.execute(db.query)
  return rows.map(({ id }) => id)
}
