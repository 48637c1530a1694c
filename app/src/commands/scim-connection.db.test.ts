import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createId, createSealer, inInstallation, inWorkspace, openDatabase } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { claimDomain, createSsoConnection, markDomainVerified } from '@plantel/idp-bridge'
import { createHost, createMember, createWorkspace, provisionDirectoryUser } from '@plantel/team'
import { draftUser } from '@plantel/team/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { parseConfig } from '../config.ts'
import {
  scimConnectionDelete,
  scimConnectionList,
  scimConnectionPause,
  scimConnectionResume,
  scimConnectionUpdate,
} from './scim-connection-change.ts'
import { scimConnectionCreate } from './scim-connection-create.ts'
import {
  clientSecretCreate,
  clientSecretDelete,
  clientSecretList,
  scimTokenCreate,
  scimTokenList,
  scimTokenRevoke,
} from './scim-connection-credentials.ts'
import { workspaceUpdate } from './workspace-life.ts'

const secret = 'the secret of a test installation'.padEnd(48, '.')
const actor = { kind: 'system', id: null, requestId: 'test' } as const

describe.each(testEngines)('scim-connection commands on %s', (engine) => {
  let db: TestDatabase | undefined
  let folder: string
  let workspace: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plantel-scim-commands-'))
    vi.stubEnv('PLANTEL_DATA', folder)
    vi.stubEnv('PLANTEL_SECRET', secret)
    vi.stubEnv('PLANTEL_PUBLIC_URL', 'https://plantel.example')
    if (engine === 'postgres') db = await createTestDatabase(engine)
    vi.stubEnv('DATABASE_URL', db?.options.engine === 'postgres' ? db.options.url : undefined)
    workspace = await seed()
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await db?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('make, change, pause, resume and delete a connection', async () => {
    const draft = await scimConnectionCreate({
      workspace,
      name: 'Entra',
      idp: 'entra',
      defaultRole: 'agent',
      draft: true,
    })
    const connection = String(draft.json['id'])
    expect(draft.lines.join('\n')).toContain(`https://plantel.example/scim/v2/${connection}`)
    const which = { workspace, connection }
    const changed = await scimConnectionUpdate({
      ...which,
      name: 'Azure',
      defaultRole: false,
      requestsPerMinute: '600',
      burst: '20',
    })
    expect(changed.json).toMatchObject({
      name: 'Azure',
      state: 'draft',
      defaultRole: null,
      rateLimit: { requestsPerMinute: 600, burst: 20 },
      tokenEndpoint: `https://plantel.example/scim/v2/${connection}/oauth2/token`,
    })
    expect((await scimConnectionResume(which)).json).toMatchObject({ state: 'active' })
    expect((await scimConnectionPause(which)).json).toMatchObject({ state: 'paused' })
    expect((await scimConnectionList({ workspace })).json).toMatchObject({
      connections: [{ id: connection, state: 'paused' }],
    })
    expect((await scimConnectionDelete(which)).json).toEqual({ id: connection, members: 0 })
    expect((await scimConnectionList({ workspace })).json).toEqual({ connections: [] })
    await expect(scimConnectionPause(which)).rejects.toMatchObject({ code: 'connection-not-found' })
  })

  it('refuse a change of nothing and half a rate limit', async () => {
    const which = { workspace, connection: createId() }
    await expect(async () => scimConnectionUpdate(which)).rejects.toMatchObject({
      code: 'invalid-request',
    })
    await expect(async () => scimConnectionUpdate({ ...which, burst: '20' })).rejects.toMatchObject(
      {
        code: 'invalid-request',
      },
    )
  })

  it('make, list and end tokens and client secrets, each shown once', async () => {
    const { json } = await scimConnectionCreate({ workspace, name: 'Okta', idp: 'okta' })
    const which = { workspace, connection: String(json['id']) }
    const token = await scimTokenCreate({ ...which, readOnly: true, network: ['192.0.2.0/24'] })
    await scimTokenRevoke({ ...which, token: String(token.json['id']) })
    const tokens = await scimTokenList(which)
    expect(tokens.lines[0]).toMatch(
      /^[0-9a-f-]{36} {2}read {2}revoked \d{4}-\d\d-\d\d {2}never used$/,
    )
    expect(tokens.json['tokens']).toHaveLength(2)
    expect(JSON.stringify(tokens)).not.toContain(token.json['token'])

    const secret = await clientSecretCreate({ ...which, years: '2' })
    expect(secret.json).toMatchObject({ clientId: which.connection })
    const secrets = await clientSecretList(which)
    expect(secrets.lines).toEqual([expect.stringContaining(String(secret.json['id']))])
    expect(JSON.stringify(secrets)).not.toContain(secret.json['clientSecret'])
    await clientSecretDelete({ ...which, secret: String(secret.json['id']) })
    expect((await clientSecretList(which)).lines).toEqual([])
    await expect(async () => clientSecretCreate({ ...which, years: '4' })).rejects.toMatchObject({
      code: 'invalid-request',
    })
    await scimConnectionDelete(which)
  })

  it('link who waits for a decision once the policy of the workspace needs none', async () => {
    const { json } = await scimConnectionCreate({ workspace, name: 'Okta', idp: 'okta' })
    const which = { workspace, connection: String(json['id']) }
    const memberId = await letWait(workspace, which.connection, 'waits@acme.example')
    expect(await isLinked(workspace, memberId)).toBe(false)
    await workspaceUpdate({ workspace, policy: [], name: 'Acme again' })
    expect(await isLinked(workspace, memberId)).toBe(false)
    await workspaceUpdate({ workspace, policy: ['adoption=auto'] })
    expect(await isLinked(workspace, memberId)).toBe(true)
    await scimConnectionDelete(which)
  })

  it('start no directory beside claims that decide about roles', async () => {
    const draft = { workspace, name: 'Okta', idp: 'okta' }
    const { json } = await scimConnectionCreate({ ...draft, draft: true })
    await letClaimsDecide(workspace)
    const refusal = { code: 'directory-beside-claims', subject: 'By claims' }
    const which = { workspace, connection: String(json['id']) }
    await expect(scimConnectionResume(which)).rejects.toMatchObject(refusal)
    await expect(scimConnectionCreate(draft)).rejects.toMatchObject(refusal)
  })
})

/** Somebody who is here, and whom a directory provisions whose domain is proved. */
async function letWait(workspace: string, connection: string, email: string): Promise<string> {
  const open = await openDatabase(parseConfig(process.env).database)
  const memberId = await inWorkspace(open, workspace, actor, async (trx) => {
    await claimDomain(trx, 'acme.example')
    await markDomainVerified(trx, 'acme.example')
    return createMember(trx, { email, role: 'agent' })
  })
  const directory = { kind: 'directory', id: connection, requestId: 'test' } as const
  await inWorkspace(open, workspace, directory, (trx) =>
    provisionDirectoryUser(trx, connection, draftUser(email)),
  )
  await open.close()
  return memberId
}

async function isLinked(workspace: string, memberId: string): Promise<boolean> {
  const open = await openDatabase(parseConfig(process.env).database)
  const { directory_user_id: linked } = await inWorkspace(open, workspace, actor, (trx) =>
    trx.query
      .selectFrom('members')
      .select('directory_user_id')
      .where('id', '=', memberId)
      .executeTakeFirstOrThrow(),
  )
  await open.close()
  return linked !== null
}

async function letClaimsDecide(workspace: string): Promise<void> {
  const open = await openDatabase(parseConfig(process.env).database)
  await inWorkspace(open, workspace, actor, (trx) =>
    createSsoConnection(trx, createSealer(secret), {
      name: 'By claims',
      issuer: 'https://login.example',
      clientId: 'plantel',
      credential: { clientSecret: 'a secret of the company' },
      provisioning: { defaultRole: 'agent', roleClaim: 'groups' },
    }),
  )
  await open.close()
}

async function seed(): Promise<string> {
  const open = await openDatabase(parseConfig(process.env).database)
  const { id: hostId } = await inInstallation(open, (query) =>
    createHost(query, { name: 'Inbox', allowedOrigins: [] }),
  )
  const { id } = await inWorkspace(open, createId(), actor, (trx) =>
    createWorkspace(trx, {
      hostId,
      slug: 'acme',
      name: 'Acme',
      preset: 'respond',
      locale: 'en',
      timeZone: 'UTC',
      owner: { email: 'owner@acme.example', displayName: 'Olga' },
      departments: [],
      channels: [],
    }),
  )
  await open.close()
  return id
}
