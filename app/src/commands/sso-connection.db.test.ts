import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createId, inInstallation, inWorkspace, openDatabase } from '@plantel/db'
import { createCertifiedKey } from '@plantel/idp-bridge'
import { createHost, createWorkspace } from '@plantel/team'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import { parseConfig } from '../config.ts'
import {
  ssoCertificateRemove,
  ssoConnectionDelete,
  ssoConnectionGet,
  ssoConnectionList,
  ssoConnectionPause,
  ssoConnectionRefresh,
  ssoConnectionResume,
  ssoConnectionUpdate,
  ssoKeyRotate,
} from './sso-connection-change.ts'
import { ssoConnectionCreate } from './sso-connection-create.ts'

let folder: string

function metadataOf(certificates: readonly string[]): string {
  const keys = certificates.map(
    (pem) =>
      `<KeyDescriptor><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${pem.replace(/-----.*-----/g, '')}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`,
  )
  return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:okta"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys.join('')}<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/sso"/></IDPSSODescriptor></EntityDescriptor>`
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plantel-sso-commands-'))
  vi.stubEnv('PLANTEL_DATA', folder)
  vi.stubEnv('PLANTEL_SECRET', 'the secret of a test installation'.padEnd(48, '.'))
  vi.stubEnv('PLANTEL_PUBLIC_URL', 'https://plantel.example')
  vi.stubEnv('DATABASE_URL', undefined)
  const db = await openDatabase(parseConfig(process.env).database)
  const { id: hostId } = await inInstallation(db, (query) =>
    createHost(query, { name: 'Inbox', allowedOrigins: [] }),
  )
  const actor = { kind: 'system', id: null, requestId: createId() } as const
  await inWorkspace(db, createId(), actor, (trx) =>
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
  await db.close()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

it('makes a SAML connection of a metadata file, and says what to do about one that is none', async () => {
  const { certificate } = await createCertifiedKey('company')
  const file = join(folder, 'idp.xml')
  await writeFile(file, metadataOf([certificate]))
  const draft = { workspace: 'acme', name: 'Okta', metadata: file }
  const { lines, json } = await ssoConnectionCreate(draft)
  const base = `https://plantel.example/sso/${String(json['id'])}`
  expect(json).toMatchObject({ acsUrl: `${base}/acs`, spEntityId: `${base}/metadata` })
  expect(lines.join('\n')).toContain('urn:okta')
  await expect(
    ssoConnectionCreate({ ...draft, metadata: join(folder, 'nowhere.xml') }),
  ).rejects.toMatchObject({ code: 'invalid-request' })
  await expect(ssoConnectionCreate({ ...draft, entityId: 'urn:other' })).rejects.toMatchObject({
    extras: { reason: 'metadata-no-identity-provider' },
  })
})

it('makes, shows, changes, pauses and deletes a connection to an OpenID provider', async () => {
  vi.stubEnv('ACME_SECRET', 'a secret of the company')
  const made = await ssoConnectionCreate({
    workspace: 'acme',
    name: 'Entra',
    issuer: 'https://login.example/tenant',
    clientId: 'plantel',
    clientSecretEnv: 'ACME_SECRET',
  })
  const which = { workspace: 'acme', connection: String(made.json['id']) }
  expect(made.lines.join('\n')).toContain(
    `https://plantel.example/sso/${which.connection}/callback`,
  )
  expect(JSON.stringify(made)).not.toContain('a secret of the company')
  const changed = await ssoConnectionUpdate({ ...which, name: 'Microsoft', newcomers: 'agent' })
  expect(changed.json).toMatchObject({ name: 'Microsoft', provisioning: { defaultRole: 'agent' } })
  expect(
    (await ssoConnectionUpdate({ ...which, newcomers: false })).json['provisioning'],
  ).toBeNull()
  expect((await ssoConnectionPause(which)).json['state']).toBe('paused')
  expect((await ssoConnectionGet(which)).json['state']).toBe('paused')
  expect((await ssoConnectionResume(which)).json['state']).toBe('active')
  const { json } = await ssoConnectionList({ workspace: 'acme' })
  expect(json['connections']).toContainEqual(expect.objectContaining({ id: which.connection }))
  expect((await ssoConnectionDelete(which)).json).toEqual({ id: which.connection, signedOut: 0 })
  await expect(ssoConnectionGet(which)).rejects.toMatchObject({ code: 'connection-not-found' })
  await expect(
    ssoConnectionCreate({ workspace: 'acme', name: 'x', issuer: 'https://x.example' }),
  ).rejects.toMatchObject({ code: 'invalid-request' })
  await expect(
    ssoConnectionUpdate({ ...which, clientSecretEnv: 'NOT_SET_ANYWHERE' }),
  ).rejects.toMatchObject({ message: 'Set the environment variable NOT_SET_ANYWHERE.' })
  await expect(ssoConnectionCreate({ workspace: 'acme', name: 'x' })).rejects.toMatchObject({
    code: 'invalid-request',
  })
})

it('takes over metadata, rotates our key and drops a certificate', async () => {
  const keys = await Promise.all([createCertifiedKey('one'), createCertifiedKey('two')])
  const file = join(folder, 'rotating.xml')
  const write = (certificates: readonly string[]): Promise<void> =>
    writeFile(file, metadataOf(certificates))
  await write(keys.slice(0, 1).map(({ certificate }) => certificate))
  const made = await ssoConnectionCreate({ workspace: 'acme', name: 'Okta', metadata: file })
  const which = { workspace: 'acme', connection: String(made.json['id']) }
  await write(keys.map(({ certificate }) => certificate))
  const { json } = await ssoConnectionRefresh({ ...which, metadata: file })
  const [added = ''] = json['added'] as string[]
  expect(added).toMatch(/^[0-9a-f]{64}$/)
  expect((await ssoKeyRotate(which)).json['keys']).toMatchObject([
    { state: 'next' },
    { state: 'current' },
  ])
  await expect(ssoKeyRotate(which)).rejects.toMatchObject({
    extras: { reason: 'rotation-out-of-step' },
  })
  expect((await ssoKeyRotate({ ...which, activate: true })).json['keys']).toMatchObject([
    { state: 'current' },
    { state: 'previous' },
  ])
  const left = await ssoCertificateRemove({ ...which, certificate: added })
  expect(left.json['certificates']).toHaveLength(1)
})
