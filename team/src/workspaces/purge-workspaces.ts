import { type Database, inWorkspace, type Schema, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { systemActor } from '../history/system-actor.ts'
import { restorableDays } from './delete-workspace.ts'

/**
 * What a workspace can have any number of, in an order in which nothing is left that points to what goes. The rest goes
 * with the workspace's own row.
 */
const manyRowed = [
  'outbox',
  'events',
  'audit_seals',
  'unsealed_audit_entries',
  'audit_entries',
  'scim_requests',
  'captured_mails',
  'job_results',
  'member_import_rows',
  'invitations',
  'sessions',
  'sso_links',
  'grants',
  'member_holds',
  'members',
  'directory_group_members',
  'directory_user_emails',
  'directory_users',
  'directory_groups',
] as const satisfies readonly (keyof Schema)[]

/** Small enough that requests of other workspaces don't notice. */
const defaultBatch = 2_000

/**
 * Removes for good what was deleted more than thirty days ago, batch by batch, so that no lock lasts; what another
 * replica is removing is left to it. Answers how many workspaces are gone.
 */
export async function purgeDeletedWorkspaces(
  db: Database,
  batch: number = defaultBatch,
): Promise<number> {
  const due = await db.query
    .selectFrom('workspaces')
    .select('id')
    .where('deleted_at', '<', sql<Date>`now() - make_interval(days => ${restorableDays})`)
    .orderBy('deleted_at')
    .execute()
  let gone = 0
  for (const { id } of due) {
    if (await purge(db, id, batch)) gone += 1
  }
  return gone
}

async function purge(db: Database, workspaceId: string, batch: number): Promise<boolean> {
  for (;;) {
    const outcome = await inWorkspace(db, workspaceId, systemActor(), async (trx) => {
      if (!(await claim(trx))) return 'not-ours'
      for (const table of manyRowed) {
        if ((await deleteBatch(trx, table, batch)) > 0) return 'more'
      }
      await trx.query.deleteFrom('workspaces').where('id', '=', trx.workspaceId).execute()
      return 'gone'
    })
    if (outcome !== 'more') return outcome === 'gone'
  }
}

async function claim(trx: WorkspaceTransaction): Promise<boolean> {
  const row = await trx.query
    .selectFrom('workspaces')
    .select('id')
    .where('id', '=', trx.workspaceId)
    .where('deleted_at', '<', sql<Date>`now() - make_interval(days => ${restorableDays})`)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  return row !== undefined
}

async function deleteBatch(
  trx: WorkspaceTransaction,
  table: (typeof manyRowed)[number],
  batch: number,
): Promise<number> {
  const rows = sql`
    array(select ctid from ${sql.table(table)} where workspace_id = ${trx.workspaceId} limit ${batch})`
  if (table === 'members') {
    // The provider's artifacts know a person and no workspace.
    await sql`
      delete from provider_artifacts where account_id in (
        select id from members where workspace_id = ${trx.workspaceId} and ctid = any(${rows}))`.execute(
      trx.query,
    )
  }
  const { numAffectedRows = 0n } = await sql`
    delete from ${sql.table(table)} where workspace_id = ${trx.workspaceId} and ctid = any(${rows})`.execute(
    trx.query,
  )
  return Number(numAffectedRows)
}
