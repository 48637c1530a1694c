import { setTimeout as delay } from 'node:timers/promises'

import { Client, escapeIdentifier } from 'pg'

import { createId } from '../ids.ts'
import { migrate } from '../migrate.ts'
import { createKysely, createPool } from '../pool.ts'
import { errorCode } from '../postgres-errors.ts'
import { migrationsFingerprint } from './migrations-fingerprint.ts'
import { ownerRole, sharedPostgresUrl } from './shared-postgres.ts'

/** A database of its own for one test file. */
export interface PostgresCopy {
  /** As the role that owns it. */
  url: string
  drop(): Promise<void>
}

/** Any number of ours: one process at a time makes the template. */
const lockKey = 4_471_902_633

/** A migrated database, copied from a template that the first caller makes. */
export async function createPostgresCopy(): Promise<PostgresCopy> {
  const given = process.env['TEST_DATABASE_URL']
  const adminUrl = given ?? (await sharedPostgresUrl())
  const owner = given === undefined ? ownerRole : decodeURIComponent(new URL(given).username)
  const template = `plantel_template_${migrationsFingerprint()}`
  const name = `plantel_test_${createId().replaceAll('-', '')}`

  function urlOf(database: string): string {
    const url = new URL(adminUrl)
    url.pathname = `/${database}`
    url.username = encodeURIComponent(owner)
    return url.href
  }

  await asAdmin(adminUrl, async (admin) => {
    await ensureTemplate(admin, template, owner, urlOf(template))
    await retryWhileInUse(() =>
      admin.query(`create database ${name} template ${template} owner ${escapeIdentifier(owner)}`),
    )
  })
  return {
    url: urlOf(name),
    drop: () =>
      asAdmin(adminUrl, async (admin) => {
        await admin.query(`drop database if exists ${name} with (force)`)
      }),
  }
}

async function asAdmin(url: string, work: (admin: Client) => Promise<void>): Promise<void> {
  const admin = new Client({ connectionString: url })
  // The query that was running says it; without a listener the whole test process would end.
  admin.on('error', () => {})
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}

async function ensureTemplate(
  admin: Client,
  template: string,
  owner: string,
  url: string,
): Promise<void> {
  await admin.query('select pg_advisory_lock($1)', [lockKey])
  try {
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [template])
    if (rowCount === 1) return
    // Renamed when it is complete, so that a process that dies half-way leaves no half template.
    const unfinished = `${template}_unfinished`
    await admin.query(`drop database if exists ${unfinished} with (force)`)
    await admin.query(`create database ${unfinished} owner ${escapeIdentifier(owner)}`)
    const unfinishedUrl = new URL(url)
    unfinishedUrl.pathname = `/${unfinished}`
    const pool = createPool({ connectionString: unfinishedUrl.href, max: 1 }, undefined)
    const query = createKysely<unknown>(pool)
    try {
      await migrate(query)
    } finally {
      await query.destroy()
    }
    await retryWhileInUse(() => admin.query(`alter database ${unfinished} rename to ${template}`))
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [lockKey])
  }
}

/** A session that was just closed is still there for a moment (55006, object_in_use). */
async function retryWhileInUse(run: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await run()
      return
    } catch (error) {
      if (errorCode(error) !== '55006' || attempt === 50) throw error
      await delay(100)
    }
  }
}
