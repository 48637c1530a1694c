import { createId, createSealer } from '@plantel/db'
import {
  createTestDatabase,
  type TestDatabase,
  type TestEngine,
  testEngines,
} from '@plantel/db/testing'
import { importJWK, jwtVerify, SignJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { loadSigningKeys, type SigningKey } from './signing-keys.ts'

const sealer = createSealer('the installation secret of the tests, long enough')

describe.each(testEngines)('Widget tokens on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let workspace: TestWorkspace
  let memberId: string
  let key: SigningKey

  beforeAll(async () => {
    world = await createBridgeWorld(engine, [])
    workspace = await world.addWorkspace('north')
    ;({ memberId } = await workspace.hire('ana'))
    const [found] = await loadSigningKeys(world.db, sealer)
    if (found === undefined) throw new Error('There is no signing key.')
    key = found
  })

  afterAll(() => world.close())

  async function sign(claims: JWTPayload, typ = 'at+jwt'): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    return new SignJWT({
      iss: world.publicUrl,
      aud: 'plantel-team',
      sub: memberId,
      workspace: workspace.id,
      iat: now,
      exp: now + 300,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ })
      .sign(await importJWK(key.privateJwk, 'ES256'))
  }

  it('name the member and the workspace, and are understood by the other replica', async () => {
    const before = Date.now()
    const { token, expiresAt } = await world.bridge.mintWidgetToken(workspace.id, memberId)
    const read = await world.otherBridge.verifyWidgetToken(token)
    expect(read).toMatchObject({ workspaceId: workspace.id, memberId, expiresAt })
    expect(expiresAt.getTime() - before).toBeGreaterThan(290_000)
    expect(expiresAt.getTime() - before).toBeLessThan(310_000)
  })

  it('say to the millisecond when they were issued', async () => {
    const look = (): Promise<number> => workspace.write(async ({ now }) => now.getTime())
    // Nobody has looked for her before.
    const { memberId: bea } = await workspace.hire('bea')
    const before = await look()
    const { token } = await world.bridge.mintWidgetToken(workspace.id, bea)
    const { issuedAt } = await world.bridge.verifyWidgetToken(token)
    expect(issuedAt.getTime()).toBeGreaterThanOrEqual(before)
    expect(issuedAt.getTime()).toBeLessThanOrEqual(await look())
  })

  it('can be verified with the published keys', async () => {
    const { token } = await world.bridge.mintWidgetToken(workspace.id, memberId)
    const { keys } = (await (await fetch(`${world.publicUrl}/oidc/jwks`)).json()) as {
      keys: Record<string, unknown>[]
    }
    const published = keys.find(({ kid }) => kid === key.kid)
    const { protectedHeader } = await jwtVerify(token, await importJWK(published ?? {}, 'ES256'))
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'at+jwt', kid: key.kid })
  })

  it('are accepted when made by hand as they should be', async () => {
    expect(await world.bridge.verifyWidgetToken(await sign({}))).toMatchObject({ memberId })
  })

  it.each<[string, JWTPayload, string | undefined, string]>([
    ['of another audience', { aud: 'plantel-admin' }, undefined, 'token-invalid'],
    ['of another issuer', { iss: 'https://elsewhere.example' }, undefined, 'token-invalid'],
    ['that are ID tokens', {}, 'JWT', 'token-invalid'],
    ['without a member', { sub: 'ana' }, undefined, 'token-invalid'],
    ['without a workspace', { workspace: 'north' }, undefined, 'token-invalid'],
    ['that have expired', { exp: Math.floor(Date.now() / 1000) - 1 }, undefined, 'token-expired'],
  ])('%s are refused', async (_name, claims, typ, code) => {
    const token = await sign(claims, typ)
    await expect(world.bridge.verifyWidgetToken(token)).rejects.toMatchObject({ code })
  })

  it.each(['', 'a.b.c', 'not a token'])('such as %j are refused', async (token) => {
    await expect(world.bridge.verifyWidgetToken(token)).rejects.toMatchObject({
      code: 'token-invalid',
    })
  })

  it('are not made for a member of another workspace, nor for nobody', async () => {
    const other = await world.addWorkspace('south')
    for (const id of [createId(), 'ana', '']) {
      await expect(world.bridge.mintWidgetToken(workspace.id, id)).rejects.toMatchObject({
        code: 'member-not-found',
      })
    }
    await expect(world.bridge.mintWidgetToken(other.id, memberId)).rejects.toMatchObject({
      code: 'member-not-found',
    })
  })
})

describe.each(testEngines)('Signing keys on %s', (engine: TestEngine) => {
  let db: TestDatabase

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })

  afterAll(() => db.close())

  it('are made once, however many replicas start at the same time', async () => {
    const loaded = await Promise.all(Array.from({ length: 5 }, () => loadSigningKeys(db, sealer)))
    const [first] = loaded
    expect(first).toHaveLength(2)
    for (const keys of loaded) expect(keys).toEqual(first)
  })
})
