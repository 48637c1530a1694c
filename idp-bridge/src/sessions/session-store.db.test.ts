import { hashToken } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import { Cookie, type SessionData } from 'express-session'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { SessionStore } from './session-store.ts'

function ago(minutes: number): Date {
  return new Date(Date.now() - minutes * 60_000)
}

describe.each(testEngines)('The session store on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let workspace: TestWorkspace
  let store: SessionStore
  let connectionId: string

  beforeAll(async () => {
    world = await createBridgeWorld(engine, [])
    workspace = await world.addWorkspace('north')
    const draft = { issuer: 'https://idp.example', clientId: 'x', clientSecret: 'y' }
    ;({ id: connectionId } = await workspace.connect(draft))
    store = new SessionStore(world.db, workspace.id)
  })

  afterAll(() => world.close())

  const get = (id: string, from = store): Promise<SessionData | null | undefined> =>
    new Promise((resolve, reject) => {
      from.get(id, (error, session) => (error ? reject(error) : resolve(session)))
    })
  const set = (id: string, memberId: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const data = { cookie: new Cookie(), passport: { user: { memberId, connectionId } } }
      store.set(id, data, (error) => (error ? reject(error) : resolve()))
    })
  const touch = (id: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const data = { cookie: new Cookie() }
      store.touch(id, data, (error) => (error ? reject(error) : resolve()))
    })
  const move = (id: string, columns: Record<string, Date>): Promise<unknown> =>
    world.db.owner
      .updateTable('sessions')
      .set(columns)
      .where('id_hash', '=', hashToken(id))
      .execute()

  it('finds a session by an id of which it keeps only the hash', async () => {
    const { memberId } = await workspace.hire('ana')
    await set('the id of ana', memberId)
    const session = await get('the id of ana')
    expect(session?.passport).toEqual({ user: { memberId, connectionId } })
    expect(Math.abs((session?.signedInAt ?? 0) - Date.now())).toBeLessThan(60_000)
    const rows = await world.db.owner.selectFrom('sessions').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('the id of ana')
  })

  it('does not find it from another workspace', async () => {
    const south = await world.addWorkspace('south')
    expect(await get('the id of ana', new SessionStore(world.db, south.id))).toBeNull()
  })

  it.each(['idle_expires_at', 'absolute_expires_at'])(
    'forgets a session past its %s',
    async (column) => {
      const { memberId } = await workspace.hire(`bea-${column}`)
      await set(column, memberId)
      expect(await get(column)).not.toBeNull()
      await move(column, { [column]: ago(1) })
      expect(await get(column)).toBeNull()
    },
  )

  it('prolongs the idle time of a session in use, and never its whole life', async () => {
    const { memberId } = await workspace.hire('cleo')
    await set('cleo', memberId)
    const soon = new Date(Date.now() + 60_000)
    await move('cleo', { last_seen_at: ago(2), idle_expires_at: soon, absolute_expires_at: soon })
    await touch('cleo')
    const row = await world.db.owner
      .selectFrom('sessions')
      .select(['idle_expires_at', 'absolute_expires_at'])
      .where('id_hash', '=', hashToken('cleo'))
      .executeTakeFirstOrThrow()
    expect(row.idle_expires_at.getTime() - Date.now()).toBeGreaterThan(7 * 3_600_000)
    expect(row.absolute_expires_at).toEqual(soon)
  })

  it('finds no session of a member who is suspended, and none from before when they are back', async () => {
    const { memberId, userId } = await workspace.hire('dora')
    await set('before', memberId)
    await workspace.setActive(userId, 'dora', false)
    expect(await get('before')).toBeNull()
    await workspace.setActive(userId, 'dora', true)
    expect(await get('before')).toBeNull()
    await set('after', memberId)
    expect(await get('after')).not.toBeNull()
  })

  it('writes no session for a member who was suspended meanwhile', async () => {
    const { memberId, userId } = await workspace.hire('eva')
    await workspace.setActive(userId, 'eva', false)
    await expect(set('eva', memberId)).rejects.toMatchObject({
      code: 'access-refused',
      adminDetail: 'suspended',
    })
  })

  it('passes on that nobody is signed in', async () => {
    const failed = new Promise((resolve) => {
      store.set('nobody', { cookie: new Cookie() }, resolve)
    })
    expect(await failed).toBeInstanceOf(Error)
  })
})
