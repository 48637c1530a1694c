import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createId, inInstallation, inWorkspace, openDatabase, readInWorkspace } from '@plantel/db'
import { createTestDatabase, type TestDatabase } from '@plantel/db/testing'
import {
  type AuditEntry,
  createHost,
  createWorkspace,
  listAuditEntries,
  sealAuditEntries,
} from '@plantel/team'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { parseConfig } from '../config.ts'
import { workspaceExportHistory } from './workspace-export-history.ts'
import { workspaceVerifyHistory } from './workspace-verify-history.ts'

const actor = { kind: 'system', id: null, requestId: 'a-request' } as const

/** What they do to the database is tested on both engines by the Host API. */
describe('workspace history commands', () => {
  let db: TestDatabase
  let folder: string
  let entries: AuditEntry[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plantel-history-commands-'))
    vi.stubEnv('PLANTEL_DATA', folder)
    vi.stubEnv('PLANTEL_SECRET', 'the secret of a test installation'.padEnd(48, '.'))
    vi.stubEnv('PLANTEL_PUBLIC_URL', 'https://plantel.example')
    db = await createTestDatabase('postgres')
    vi.stubEnv('DATABASE_URL', db.options.engine === 'postgres' ? db.options.url : undefined)
    const opened = await openDatabase(parseConfig(process.env).database)
    const { id: hostId } = await inInstallation(opened, (query) =>
      createHost(query, { name: 'Inbox', allowedOrigins: [] }),
    )
    const id = createId()
    await inWorkspace(opened, id, actor, (trx) =>
      createWorkspace(trx, {
        hostId,
        slug: 'acme',
        name: 'Acme',
        preset: 'respond',
        locale: 'en',
        timeZone: 'UTC',
        owner: { email: 'olga@acme.example', displayName: '=Olga' },
        departments: ['Sales'],
        channels: [],
      }),
    )
    await inWorkspace(opened, id, actor, (trx) => sealAuditEntries(trx))
    ;({ entries } = await readInWorkspace(opened, id, actor, (trx) =>
      listAuditEntries(trx, {}, { after: undefined, limit: 100 }),
    ))
    await opened.close()
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await db.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function exported(options: Record<string, string>): Promise<string> {
    const output = join(folder, 'history')
    await workspaceExportHistory({ workspace: 'acme', output, ...options })
    return readFile(output, 'utf8')
  }

  it('export everything, or what is asked for, as a table and as JSON lines', async () => {
    expect(entries.length).toBeGreaterThan(1)
    const lines = (await exported({ format: 'jsonl' })).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      JSON.parse(JSON.stringify(entries)),
    )
    const table = (await exported({})).trim().split('\r\n')
    expect(table[0]).toContain('time,action,actor')
    expect(table).toHaveLength(entries.length + 1)
    expect(await exported({ action: 'workspace.' })).not.toContain('member.')
    expect(await exported({ request: 'another', format: 'jsonl' })).toBe('')
    expect(await exported({ until: '2020-01-01T00:00:00Z', format: 'jsonl' })).toBe('')
    await expect(exported({ format: 'xml' })).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(exported({ since: 'soon' })).rejects.toMatchObject({ code: 'invalid-request' })
  })

  it('verify the chain, and say that it was tampered with', async () => {
    const sound = await workspaceVerifyHistory({ workspace: 'acme' })
    expect(sound).toMatchObject({ healthy: true, json: { entries: entries.length, unsealed: 0 } })
    const { position, hash } = sound.json['head'] as { position: string; hash: string }
    const anchor = `${position}:${hash}`
    expect(await workspaceVerifyHistory({ workspace: 'acme', anchor })).toMatchObject({
      healthy: true,
    })
    expect(() => workspaceVerifyHistory({ workspace: 'acme', anchor: '1:abc' })).toThrow('anchor')
    await db.owner
      .updateTable('audit_entries')
      .set({ action: 'member.promoted' })
      .where('id', '=', entries[0]?.id ?? '')
      .execute()
    const broken = await workspaceVerifyHistory({ workspace: 'acme', anchor })
    expect(broken).toMatchObject({ healthy: false, json: { flaws: [{ kind: 'altered' }] } })
    expect(broken.lines.join('\n')).toContain('altered')
  })
})
