import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createId } from './ids.ts'
import { resealSecrets } from './reseal.ts'
import { createSealer } from './sealer.ts'
import { createTestDatabase, type TestDatabase, testEngines } from './testing/index.ts'

const [before, after] = ['a', 'b'].map((letter) => letter.repeat(40)) as [string, string]

describe.each(testEngines)('secrets that are sealed anew on %s', (engine) => {
  let db: TestDatabase
  const workspaceId = createId()
  const old = createSealer(before)

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    const hostId = createId()
    await db.owner
      .insertInto('hosts')
      .values({ id: hostId, name: 'Inbox', allowed_origins: [] })
      .execute()
    for (const id of ['one', 'two']) {
      await db.owner
        .insertInto('host_clients')
        .values({
          id,
          host_id: hostId,
          name: id,
          sealed_secret: old.seal(`secret of ${id}`, 'host_clients.sealed_secret'),
          redirect_uris: [],
          post_logout_redirect_uris: [],
          backchannel_logout_uri: null,
          initiate_login_uri: null,
        })
        .execute()
    }
    await db.owner
      .insertInto('workspaces')
      .values({
        id: workspaceId,
        host_id: hostId,
        slug: 'acme',
        name: 'Acme',
        preset: 'respond',
        locale: 'en',
        time_zone: 'UTC',
        seats: null,
        policies: '{}',
        brand: null,
        access_checked_at: null,
        access_valid_from: null,
        deleted_at: null,
      })
      .execute()
    await db.owner
      .insertInto('sso_connections')
      .values({
        workspace_id: workspaceId,
        id: createId(),
        name: 'Okta',
        kind: 'oidc',
        state: 'active',
        issuer: 'https://idp.example',
        client_id: 'plantel',
        sealed_client_secret: old.seal('of the company', 'sso_connections.sealed_client_secret'),
        id_token_algorithm: 'RS256',
        binding_claim: 'sub',
        binding_attribute: 'externalId',
      })
      .execute()
  })
  afterAll(() => db.close())

  const readAll = async (): Promise<string[]> => {
    const clients = await db.owner.selectFrom('host_clients').select('sealed_secret').execute()
    const connections = await db.owner
      .selectFrom('sso_connections')
      .select('sealed_client_secret')
      .execute()
    return [
      ...clients.map((row) => row.sealed_secret),
      ...connections.map((row) => row.sealed_client_secret ?? ''),
    ]
  }

  it('open under the new secret alone, once, and meanwhile under both', async () => {
    const sealed = await readAll()
    const both = createSealer(after, before)
    expect(both.open(sealed[0] ?? '', 'host_clients.sealed_secret')).toContain('secret of')
    expect(() => createSealer(after).open(sealed[0] ?? '', 'host_clients.sealed_secret')).toThrow(
      'another PLANTEL_SECRET',
    )
    expect(await resealSecrets(db, after, before)).toBe(3)
    expect(await resealSecrets(db, after, before)).toBe(0)
    const anew = await readAll()
    expect(anew).toHaveLength(3)
    const only = createSealer(after)
    expect(
      anew
        .slice(0, 2)
        .map((each) => only.open(each, 'host_clients.sealed_secret'))
        .toSorted(),
    ).toEqual(['secret of one', 'secret of two'])
    expect(only.open(anew[2] ?? '', 'sso_connections.sealed_client_secret')).toBe('of the company')
  })
})
