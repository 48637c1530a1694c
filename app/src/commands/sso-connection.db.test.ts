import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createId, inInstallation, inWorkspace, openDatabase } from '@plantel/db'
import { createCertifiedKey } from '@plantel/idp-bridge'
import { createHost, createWorkspace } from '@plantel/team'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import { parseConfig } from '../config.ts'
import { ssoConnectionCreate } from './sso-connection-create.ts'

let folder: string

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
  await writeFile(
    file,
    `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:okta"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate.replace(/-----.*-----/g, '')}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/sso"/></IDPSSODescriptor></EntityDescriptor>`,
  )
  const draft = { workspace: 'acme', name: 'Okta', metadata: file }
  const { lines, json } = await ssoConnectionCreate(draft)
  const base = `https://plantel.example/sso/${String(json['id'])}`
  expect(json).toMatchObject({ acsUrl: `${base}/acs`, spEntityId: `${base}/metadata` })
  expect(lines[0]).toContain('urn:okta')
  await expect(
    ssoConnectionCreate({ ...draft, metadata: join(folder, 'nowhere.xml') }),
  ).rejects.toMatchObject({ code: 'invalid-request' })
  await expect(ssoConnectionCreate({ ...draft, entityId: 'urn:other' })).rejects.toMatchObject({
    extras: { reason: 'metadata-no-identity-provider' },
  })
})
