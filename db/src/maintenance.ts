import type { PGlite } from '@electric-sql/pglite'

import type { MaintenanceLimits } from './embedded-protocol.ts'

/**
 * Does what a PostgreSQL server does in the background and PGlite never: without checkpoints the
 * write-ahead log grows without bound, without VACUUM and ANALYZE tables bloat and plans go wrong.
 * Runs in the one session, between transactions, and leaves its role as it found it.
 */
export async function maintain(
  pglite: PGlite,
  limits: MaintenanceLimits,
  idle: boolean,
): Promise<void> {
  const { rows: roles } = await pglite.query<{ role: string }>(
    `select current_setting('role') as role`,
  )
  await pglite.exec('reset role')
  try {
    await vacuum(pglite, limits)
    await checkpoint(pglite, idle ? limits.idleWalBytes : limits.walBytes)
  } finally {
    await pglite.query(`select set_config('role', $1, false)`, [roles[0]?.role ?? 'none'])
  }
}

async function checkpoint(pglite: PGlite, dueBytes: number): Promise<void> {
  const { rows } = await pglite.query<{ due: boolean }>(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) > $1 as due
     from pg_control_checkpoint()`,
    [dueBytes],
  )
  if (rows[0]?.due === true) await pglite.exec('checkpoint')
}

async function vacuum(pglite: PGlite, limits: MaintenanceLimits): Promise<void> {
  const { rows } = await pglite.query<{ name: string }>(
    `select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
     where greatest(n_dead_tup, n_mod_since_analyze) > $1 + n_live_tup / 10`,
    [limits.changedRows],
  )
  for (const { name } of rows) await pglite.exec(`vacuum (analyze) ${name}`)
}
