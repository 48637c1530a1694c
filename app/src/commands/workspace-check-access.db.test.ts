import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createId, inInstallation, inWorkspace, openDatabase } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { createHost, createWorkspace } from '@plantel/team'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { repairDriftedAccess } from '../access-check.ts'
import { parseConfig } from '../config.ts'
import { createLogger } from '../logger.ts'
import { workspaceCheckAccess } from './workspace-check-access.ts'

const actor = { kind: 'system', id: null, requestId: 'test' } as const

async function withDatabase<T>(
  work: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(parseConfig(process.env).database)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

describe.each(testEngines)('a check of access on %s', (engine) => {
  let db: TestDatabase | undefined
  let folder: string
  let workspace: string
  let owner: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plantel-check-access-'))
    vi.stubEnv('PLANTEL_DATA', folder)
    vi.stubEnv('PLANTEL_SECRET', 'the secret of a test installation'.padEnd(48, '.'))
    vi.stubEnv('PLANTEL_PUBLIC_URL', 'https://plantel.example')
    if (engine === 'postgres') db = await createTestDatabase(engine)
    vi.stubEnv('DATABASE_URL', db?.options.engine === 'postgres' ? db.options.url : undefined)
    workspace = createId()
    owner = await withDatabase(async (database) => {
      const { id: hostId } = await inInstallation(database, (query) =>
        createHost(query, { name: 'Inbox', allowedOrigins: [] }),
      )
      const created = await inWorkspace(database, workspace, actor, (trx) =>
        createWorkspace(trx, {
          hostId,
          slug: 'acme',
          name: 'Acme',
          preset: 'respond',
          locale: 'en',
          timeZone: 'UTC',
          owner: { email: 'olga@acme.example', displayName: 'Olga' },
          departments: [],
          channels: [],
        }),
      )
      return created.ownerMemberId
    })
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await db?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** As if a bug had written it. */
  const falsify = (): Promise<unknown> =>
    withDatabase((database) =>
      inWorkspace(database, workspace, actor, ({ query }) =>
        query
          .updateTable('members')
          .set({ conversation_access: 'own' })
          .where('id', '=', owner)
          .execute(),
      ),
    )

  it('finds what is not as it should be, and puts it right when asked', async () => {
    expect(await workspaceCheckAccess({ workspace })).toMatchObject({
      healthy: true,
      json: { checked: 1, drifted: 0 },
    })
    await falsify()
    const found = await workspaceCheckAccess({ workspace })
    expect(found).toMatchObject({
      healthy: false,
      json: {
        drifted: 1,
        repaired: false,
        members: [
          {
            memberId: owner,
            stored: { conversationAccess: 'own' },
            projected: { conversationAccess: 'all' },
          },
        ],
      },
    })
    expect(found.lines.at(-1)).toBe('Put it right with --repair.')
    expect(await workspaceCheckAccess({ workspace, repair: true })).toMatchObject({
      healthy: true,
      json: { drifted: 1, repaired: true },
    })
    expect((await workspaceCheckAccess({ workspace })).json).toMatchObject({ drifted: 0 })
  })

  it('is made of every workspace once a day, whoever asks', async () => {
    await falsify()
    const log = createLogger('silent')
    expect(
      await withDatabase((database) =>
        repairDriftedAccess(database, log, AbortSignal.timeout(600_000)),
      ),
    ).toBe(1)
    await falsify()
    expect(
      await withDatabase((database) =>
        repairDriftedAccess(database, log, AbortSignal.timeout(600_000)),
      ),
    ).toBe(0)
    expect((await workspaceCheckAccess({ workspace })).json).toMatchObject({ drifted: 1 })
  })
})
