import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

import { sql } from 'kysely'
import { expect, it } from 'vitest'

import { openEmbedded } from './pglite.ts'
import { createOwnerQuery } from './testing/owner-query.ts'

const rounds = process.env['TEST_DEPTH'] === 'deep' ? 20 : 2

function moduleUrl(name: string): string {
  return JSON.stringify(new URL(name, import.meta.url))
}

/** Writes hosts as fast as it can and prints the id of each one that was acknowledged. */
function writer(folder: string): string {
  return `
    const { openDatabase } = await import(${moduleUrl('./open-database.ts')})
    const { createId } = await import(${moduleUrl('./ids.ts')})
    const db = await openDatabase({ engine: 'pglite', folder: ${JSON.stringify(folder)} })
    for (;;) {
      const id = createId()
      await db.query.insertInto('hosts').values({ id, name: id, allowed_origins: [] }).execute()
      process.stdout.write(id + '\\n')
    }`
}

async function writeUntilKilled(folder: string, acknowledged: Set<string>): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer(folder)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const before = acknowledged.size
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => acknowledged.add(line))
  while (acknowledged.size === before && child.exitCode === null) await delay(10)
  await delay(200 + Math.random() * 300)
  child.kill('SIGKILL')
  await once(child, 'close')
}

it(`loses nothing that was acknowledged when the process is killed while it writes (${rounds} rounds)`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plantel-kill-'))
  const acknowledged = new Set<string>()
  try {
    for (let round = 0; round < rounds; round++) {
      const before = acknowledged.size
      await writeUntilKilled(folder, acknowledged)
      expect(acknowledged.size).toBeGreaterThan(before)

      const { database, pool } = await openEmbedded({ engine: 'pglite', folder })
      const stored = await database.query.selectFrom('hosts').select('id').execute()
      const ids = new Set(stored.map((row) => row.id))
      expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([])
      // The unique index and the table agree too.
      const owner = createOwnerQuery(pool)
      const { rows } = await sql<{ indexed: string }>`
        select count(*) as indexed from hosts h
        where h.id = (select i.id from hosts i where i.name = h.name)`.execute(owner)
      expect(Number(rows[0]?.indexed)).toBe(stored.length)
      await database.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 600_000)
