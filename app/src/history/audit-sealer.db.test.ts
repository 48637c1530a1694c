import { createId, inInstallation, inWorkspace, type SignalListener } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { createHost, createWorkspace, dueAuditChains } from '@plantel/team'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createAuditSealer } from './audit-sealer.ts'

const patience = { timeout: 30_000 }

describe.each(testEngines)('the sealer of the history, on %s', (engine) => {
  let db: TestDatabase
  let workspaceId: string

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    const { id: hostId } = await inInstallation(db, (query) =>
      createHost(query, { name: 'Inbox', allowedOrigins: [] }),
    )
    workspaceId = createId()
    const actor = { kind: 'host', id: null, requestId: 'test' } as const
    await inWorkspace(db, workspaceId, actor, (trx) =>
      createWorkspace(trx, {
        hostId,
        slug: 'acme',
        name: 'Acme',
        preset: 'wati',
        locale: 'en',
        timeZone: 'UTC',
        owner: { email: 'owner@acme.example', displayName: 'Olga' },
        departments: [],
        channels: [],
      }),
    )
  })
  afterAll(() => db.close())

  it('leaves what was written alone while many people are changed, and takes it up afterwards', async () => {
    expect(await dueAuditChains(db)).toEqual([workspaceId])
    let isBusy = true
    let asked = 0
    const listeners: SignalListener[] = []
    const listen = (listener: SignalListener): (() => void) => {
      listeners.push(listener)
      return () => {}
    }
    const log = pino({ level: 'silent' })
    const sealer = createAuditSealer(db, { listen }, log, () => {
      asked += 1
      return isBusy
    })
    try {
      for (const tell of listeners) tell(new Set([workspaceId]))
      await expect.poll(() => asked, patience).toBeGreaterThan(2)
      expect(await dueAuditChains(db)).toEqual([workspaceId])
      isBusy = false
      await expect.poll(() => dueAuditChains(db), patience).toEqual([])
    } finally {
      await sealer.close()
    }
  })
})
