import { once } from 'node:events'
import { type IncomingMessage, request as sendRequest } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { TeamError } from '@plantel/team'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { freshName, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'
import { createScimConnection, pauseScimConnection } from './scim-connection-commands.ts'
import { ScimConnectionError } from './scim-connection-error.ts'
import { createScimToken } from './scim-token-commands.ts'

function get(client: ScimClient, authorization: string): Promise<ScimResponse> {
  return client.request('GET', '/Users?count=0', undefined, { authorization })
}

async function countUsers(client: ScimClient): Promise<number> {
  const { length } = await client.inWorkspace((trx) =>
    trx.query
      .selectFrom('directory_users')
      .select('id')
      .where('workspace_id', '=', trx.workspaceId)
      .execute(),
  )
  return length
}

async function changeToken(client: ScimClient, change: object): Promise<void> {
  await client.inWorkspace((trx) =>
    trx.query
      .updateTable('scim_tokens')
      .set(change)
      .where('workspace_id', '=', trx.workspaceId)
      .execute(),
  )
}

describe.each(testEngines)('SCIM connections on %s', (engine) => {
  let scim: ScimInstallation

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
  })
  afterAll(() => scim.close())

  test('a token of another workspace is answered like a wrong one', async () => {
    const [one, other] = [await scim.connect(), await scim.connect()]
    const wrong = await get(one, 'Bearer non-token')
    const foreign = await get(one, `Bearer ${other.token}`)
    expect(wrong).toMatchObject({ status: 401 })
    expect(foreign.text).toBe(wrong.text)
    expect((await get(one, `Bearer ${one.token}`)).status).toBe(200)
    expect((await get(one, `bearer ${one.token}`)).status).toBe(200)
  })

  test('only an Okta connection takes the bare token', async () => {
    const [okta, entra] = [
      await scim.connect({ idp: 'okta' }),
      await scim.connect({ idp: 'entra' }),
    ]
    expect((await get(okta, okta.token)).status).toBe(200)
    expect((await get(entra, entra.token)).status).toBe(401)
    expect((await get(okta, `Basic ${okta.token}`)).status).toBe(401)
  })

  test('an expired or revoked token is refused, at the latest after a second', async () => {
    const client = await scim.connect()
    expect((await get(client, `Bearer ${client.token}`)).status).toBe(200)
    await changeToken(client, { revoked_at: new Date() })
    await delay(1_050)
    expect((await get(client, `Bearer ${client.token}`)).status).toBe(401)
    await changeToken(client, { revoked_at: null, expires_at: new Date(Date.now() - 1) })
    await delay(1_050)
    expect((await get(client, `Bearer ${client.token}`)).status).toBe(401)
  })

  // PGlite has one session: nobody could see that the look-up waits.
  test.runIf(engine === 'postgres')(
    'the second counts from before the look-up, however long that takes',
    async () => {
      const client = await scim.connect()
      const locked = Promise.withResolvers<void>()
      const waits = Promise.withResolvers<void>()
      const holding = scim.db.owner.transaction().execute(async (trx) => {
        await sql`lock table scim_tokens in access exclusive mode`.execute(trx)
        locked.resolve()
        await waits.promise
        await delay(1_100)
      })
      await locked.promise
      const waiting = async (): Promise<unknown[]> => {
        const { rows } = await sql`
        select pid from pg_locks where relation = 'scim_tokens'::regclass and not granted`.execute(
          scim.db.owner,
        )
        return rows
      }
      const answer = get(client, `Bearer ${client.token}`)
      await expect.poll(waiting).toHaveLength(1)
      waits.resolve()
      await Promise.all([answer, holding])
      await changeToken(client, { revoked_at: new Date() })
      expect((await get(client, `Bearer ${client.token}`)).status).toBe(401)
    },
  )

  test('a paused connection answers 403 to its token and 401 to others', async () => {
    const client = await scim.connect()
    await client.inWorkspace((trx) =>
      trx.query
        .updateTable('scim_connections')
        .set({ state: 'paused' })
        .where('workspace_id', '=', trx.workspaceId)
        .execute(),
    )
    expect((await get(client, `Bearer ${client.token}`)).status).toBe(403)
    expect((await get(client, 'Bearer x')).status).toBe(401)
  })

  test('a connection that is paused while a body arrives takes nothing of it', async () => {
    const client = await scim.connect()
    const body = JSON.stringify({ schemas: [urns.user], userName: freshName('slow') })
    const authorization = `Bearer ${client.token}`
    const headers = { 'content-type': 'application/scim+json', authorization }
    const request = sendRequest(client.urlOf('/Users'), { method: 'POST', headers })
    const answered = once(request, 'response')
    request.write(body.slice(0, 20))
    expect((await get(client, authorization)).status).toBe(200)
    await client.inWorkspace((trx) => pauseScimConnection(trx, client.connectionId))
    await delay(1_050)
    request.end(body.slice(20))
    const [response] = (await answered) as [IncomingMessage]
    expect(response.statusCode).toBe(403)
    response.resume()
    expect(await countUsers(client)).toBe(0)
  })

  test('the last use of a token is remembered, at most once a minute', async () => {
    const client = await scim.connect()
    const lastUse = (): Promise<Date | null | undefined> =>
      client.inWorkspace(async (trx) => {
        const row = await trx.query
          .selectFrom('scim_tokens')
          .select('last_used_at')
          .where('workspace_id', '=', trx.workspaceId)
          .executeTakeFirst()
        return row?.last_used_at
      })
    expect(await lastUse()).toBe(null)
    await get(client, `Bearer ${client.token}`)
    const first = await lastUse()
    expect(first).toBeInstanceOf(Date)
    await delay(1_050)
    await get(client, `Bearer ${client.token}`)
    expect(await lastUse()).toEqual(first)
    const earlier = new Date(Date.now() - 61_000)
    await changeToken(client, { last_used_at: earlier })
    await delay(1_050)
    await get(client, `Bearer ${client.token}`)
    expect((await lastUse())?.getTime()).toBeGreaterThan(earlier.getTime() + 60_000)
  })

  test('a token is valid for a year, and a connection has at most two', async () => {
    const client = await scim.connect()
    const second = await client.inWorkspace((trx) => createScimToken(trx, client.connectionId))
    const days = (second.expiresAt.getTime() - Date.now()) / 86_400_000
    expect(Math.round(days)).toBeGreaterThanOrEqual(365)
    expect(days).toBeLessThan(367)
    expect(second.plainToken).toMatch(/^plt_scim_/)
    expect((await get(client, `Bearer ${second.plainToken}`)).status).toBe(200)
    await expect(
      client.inWorkspace((trx) => createScimToken(trx, client.connectionId)),
    ).rejects.toThrow(new ScimConnectionError('too-many-active-tokens'))
    await expect(client.inWorkspace((trx) => createScimToken(trx, createId()))).rejects.toThrow(
      TeamError,
    )
  })

  test('a workspace has one active connection, whose default role must exist', async () => {
    const client = await scim.connect()
    const create = (defaultRole: string | null): Promise<unknown> =>
      client.inWorkspace((trx) =>
        createScimConnection(trx, { name: 'Second', idp: 'okta', defaultRole }),
      )
    await expect(create(null)).rejects.toThrow(new ScimConnectionError('active-connection-exists'))
    await expect(create('nonsense')).rejects.toMatchObject({ code: 'role-unknown' })
    await expect(create('owner')).rejects.toMatchObject({ code: 'role-not-mappable' })
  })

  test('an unknown connection has no discovery', async () => {
    const client = await scim.connect()
    const { status } = await client.request('GET', '/Schemas')
    expect(status).toBe(200)
    const unknown = await client.request('GET', `/../${createId()}/Schemas`, undefined, {
      authorization: '',
    })
    expect(unknown.status).toBe(404)
  })
})
