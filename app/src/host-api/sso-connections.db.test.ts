import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { type CertifiedKey, createCertifiedKey, recheckDomains } from '@plantel/idp-bridge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  type Answer,
  callJson,
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

function metadataOf(keys: readonly CertifiedKey[], entityId = 'urn:okta'): string {
  const descriptors = keys.map(
    ({ certificate }) =>
      `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate.replace(/-----.*-----/g, '')}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`,
  )
  return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${descriptors.join('')}<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/></IDPSSODescriptor></EntityDescriptor>`
}

describe.each(testEngines)('SSO connections by the Host API on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let idp: Server
  let published = ''
  let url = ''
  let records: string[] | Error = []
  const asked: string[] = []
  let current: CertifiedKey
  let weak: CertifiedKey

  beforeAll(async () => {
    idp = createServer((_req, res) => res.end(published))
    await new Promise<void>((resolve) => idp.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(idp.address() as AddressInfo).port}`
    url = `${origin}/metadata`
    ;[current, weak] = await Promise.all([
      createCertifiedKey('current'),
      createCertifiedKey('weak', { modulusLength: 1024 }),
    ])
    plantel = await openTestInstallation(
      engine,
      { PLANTEL_ALLOW_PRIVATE_NETWORK: origin },
      (name) => {
        asked.push(name)
        return records instanceof Error ? Promise.reject(records) : Promise.resolve(records)
      },
    )
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
  })
  afterAll(async () => {
    idp.close()
    await plantel.close()
  })

  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    host.call(method, `/workspaces/${acme.id}/sso-connections${path}`, body)

  const draft = { kind: 'saml', name: 'Okta' }

  const reasonOf = async (fields: object): Promise<unknown> => {
    const { status, body } = await call('POST', '', { ...draft, ...fields })
    expect(status).toBe(400)
    return body['reason'] ?? JSON.stringify(body['errors'])
  }

  it('are made of pasted metadata, and answer what the identity provider must know', async () => {
    const metadataXml = metadataOf([current, weak])
    const { status, body } = await call('POST', '', { ...draft, metadataXml })
    const id = String(body['id'])
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        id,
        acsUrl: `${plantel.url}/sso/${id}/acs`,
        spEntityId: `${plantel.url}/sso/${id}/metadata`,
        logoutUrl: `${plantel.url}/sso/${id}/logout`,
        certificateWarnings: [
          {
            fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
            expiresAt: expect.any(String),
            warnings: ['weak-key'],
          },
        ],
      },
    })
    const ours = await (await fetch(`${plantel.url}/sso/${id}/metadata`)).text()
    expect(ours).toContain(`entityID="${plantel.url}/sso/${id}/metadata"`)
    const start = await fetch(`${plantel.url}/sso/${id}/start`, { redirect: 'manual' })
    expect(start.headers.get('location')).toMatch(/^https:\/\/idp\.example\/sso\?SAMLRequest=.*Sig/)
  })

  it('are made of metadata at an address, and take over what is published there later', async () => {
    published = metadataOf([weak])
    const { status, body } = await call('POST', '', { ...draft, metadataUrl: url })
    expect(status).toBe(201)
    const path = `/${String(body['id'])}/metadata`
    published = metadataOf([current])
    expect(await call('PUT', path, { metadataUrl: url })).toMatchObject({
      status: 200,
      body: {
        signOnMoved: false,
        added: [expect.any(String)],
        unpublished: [expect.any(String)],
        certificateWarnings: [],
      },
    })
    published = metadataOf([current], 'urn:other')
    expect(await call('PUT', path, { metadataUrl: url })).toMatchObject({
      status: 409,
      body: { reason: 'other-entity' },
    })
    expect(await call('PUT', `/${createId()}/metadata`, { metadataXml: published })).toMatchObject({
      status: 404,
      body: { reason: 'connection-not-found' },
    })
  })

  it('rotate our key in two steps', async () => {
    const made = await call('POST', '', { ...draft, metadataXml: metadataOf([current]) })
    const id = String(made.body['id'])
    const step = (name: string, of = id): Promise<Answer> =>
      call('POST', `/${of}/key-rotation`, { step: name })
    const certificates = async (): Promise<number> => {
      const text = await (await fetch(`${plantel.url}/sso/${id}/metadata`)).text()
      return text.match(/use="signing"/g)?.length ?? 0
    }
    expect((await step('activate')).status).toBe(409)
    expect((await step('publish')).status).toBe(204)
    expect(await certificates()).toBe(2)
    expect((await step('publish')).status).toBe(409)
    expect((await step('activate')).status).toBe(204)
    expect(await certificates()).toBe(1)
    expect((await step('activate', createId())).status).toBe(404)
    const keys = await plantel.db.owner.selectFrom('saml_keys').selectAll().execute()
    expect(JSON.stringify(keys)).not.toContain('PRIVATE KEY')
  })

  it('refuse what is no metadata, and say what to do', async () => {
    expect(await reasonOf({ metadataXml: '<html></html>' })).toBe('metadata-html')
    expect(await reasonOf({ metadataXml: '<!DOCTYPE a><a/>' })).toBe('metadata-doctype')
    expect(await reasonOf({ metadataUrl: 'https://127.0.0.1/x' })).toBe('metadata-refused')
    expect(await reasonOf({ metadataUrl: 'http://idp.example/x' })).toBe('metadata-refused')
    const plain = metadataOf([current]).replace('https://idp.example', 'http://idp.example')
    expect(await reasonOf({ metadataXml: plain })).toBe('metadata-no-sign-on-address')
    expect(await reasonOf({})).toContain('either metadataXml or metadataUrl')
    expect(await reasonOf({ metadataXml: plain, metadataUrl: url })).toContain('either')
  })

  const oidc = {
    kind: 'oidc',
    name: 'Entra',
    issuer: 'https://login.example/tenant',
    clientId: 'plantel',
    clientSecret: 'a secret of the company',
  }

  it('of both kinds are shown with what the admin types in elsewhere, and never with a secret', async () => {
    const made = await call('POST', '', oidc)
    const id = String(made.body['id'])
    const { body } = await call('GET', `/${id}`)
    expect(body).toMatchObject({
      id,
      kind: 'oidc',
      state: 'active',
      redirectUri: `${plantel.url}/sso/${id}/callback`,
      backchannelLogoutUrl: `${plantel.url}/sso/${id}/backchannel-logout`,
      securityEventsUrl: `${plantel.url}/sso/${id}/security-events`,
      binding: { claim: 'sub', attribute: 'externalId' },
      provisioning: null,
    })
    const saml = await call('POST', '', { ...draft, metadataXml: metadataOf([current]) })
    const shown = await call('GET', `/${String(saml.body['id'])}`)
    expect(shown.body).toMatchObject({
      kind: 'saml',
      issuer: 'urn:okta',
      metadataUrl: null,
      singleLogout: false,
      certificates: [{ fingerprint: expect.any(String), expiresAt: expect.any(String) }],
      keys: [{ state: 'current' }],
    })
    const all = await call('GET', '')
    expect((all.body['connections'] as { id: string }[]).map((each) => each.id)).toEqual(
      expect.arrayContaining([id, saml.body['id']]),
    )
    expect(JSON.stringify(all.body)).not.toMatch(/a secret of the company|PRIVATE KEY|sealed/)
  })

  it('are changed, and say which setting is of the other kind', async () => {
    const made = await call('POST', '', oidc)
    const path = `/${String(made.body['id'])}`
    const directory = `/workspaces/${acme.id}/scim-connections/${acme.connectionId}`
    const provisioning = {
      defaultRole: 'agent',
      roleClaim: 'groups',
      roles: [{ value: 'bosses', role: 'manager' }],
    }
    const edit = {
      name: 'Microsoft',
      clientId: 'other',
      clientSecret: 'another secret',
      provisioning,
      events: { issuer: 'https://events.example', jwksUrl: 'https://events.example/jwks' },
    }
    // Of two who decide about roles, the last to speak would win.
    expect((await call('PATCH', path, edit)).body['reason']).toBe('claims-beside-directory')
    const { name: newName } = (await call('GET', path)).body
    expect(newName).toBe(oidc.name)
    await host.call('POST', `${directory}/pause`)
    const { status, body } = await call('PATCH', path, edit)
    const { clientSecret: _, ...shown } = edit
    expect({ status, body }).toMatchObject({ status: 200, body: shown })
    await call('PATCH', path, { provisioning: { defaultRole: 'agent' } })
    expect((await host.call('POST', `${directory}/resume`)).status).toBe(200)
    const refused = async (patch: object): Promise<unknown> => {
      const answer = await call('PATCH', path, patch)
      return [answer.status, answer.body['reason']]
    }
    expect((await call('PATCH', path, { singleLogout: true })).body['singleLogout']).toBe(true)
    expect(await refused({ provisioning: { defaultRole: 'owner' } })).toEqual([
      400,
      'role-not-mappable',
    ])
    expect(await refused({ provisioning: { defaultRole: 'nobody' } })).toEqual([
      400,
      'role-unknown',
    ])
    expect(
      (await refused({ provisioning: { defaultRole: null, roles: [] } })) as unknown[],
    ).toContain(400)
    expect(((await refused({})) as unknown[])[0]).toBe(400)
    const saml = await call('POST', '', { ...draft, metadataXml: metadataOf([current]) })
    const ofSaml = await call('PATCH', `/${String(saml.body['id'])}`, {
      issuer: 'https://x.example',
    })
    expect(ofSaml.body['reason']).toBe('wrong-kind')
    const slo = await call('PATCH', `/${String(saml.body['id'])}`, { singleLogout: true })
    expect(slo.body['reason']).toBe('no-logout-address')
    expect((await call('PATCH', `/${createId()}`, { name: 'x' })).status).toBe(404)
  })

  it('let claims decide about roles, and then no directory beside them, in whichever API', async () => {
    const path = `/${String((await call('POST', '', { ...oidc, name: 'By claims' })).body['id'])}`
    const directories = `/workspaces/${acme.id}/scim-connections`
    const own = `${directories}/${acme.connectionId}`
    await host.call('POST', `${own}/pause`)
    const roles = [{ value: 'bosses', role: 'manager' }]
    const provisioning = { defaultRole: 'agent', roleClaim: 'groups', roles }
    expect((await call('PATCH', path, { provisioning })).status).toBe(200)
    // Whoever resumes it finds both.
    await call('PATCH', path, { state: 'paused' })

    const refusal = {
      status: 409,
      body: {
        code: 'conflict',
        reason: 'directory-beside-claims',
        detail: expect.stringMatching(/take roleClaim out.*\(By claims\)$/),
      },
    }
    expect(await host.call('POST', `${own}/resume`)).toMatchObject(refusal)
    const token = await acme.widgetToken(acme.ownerId)
    const ownUrl = `${plantel.url}/team/v1/scim-connections/${acme.connectionId}/resume`
    expect(await callJson(ownUrl, { method: 'POST', token })).toMatchObject(refusal)
    const entra = { name: 'Entra', idp: 'entra' }
    expect(await host.call('POST', directories, entra)).toMatchObject(refusal)
    expect((await host.call('GET', own)).body['state']).toBe('paused')
    const asDraft = await host.call('POST', directories, { ...entra, state: 'draft' })
    expect(asDraft.status).toBe(201)
    await host.call('DELETE', `${directories}/${String(asDraft.body['id'])}`)

    await call('PATCH', path, { provisioning: { defaultRole: 'agent' } })
    expect((await host.call('POST', `${own}/resume`)).body['state']).toBe('active')
  })

  it('sign with a key of ours where no secret is told, and change from one to the other', async () => {
    const { clientSecret, ...rest } = oidc
    const signed = { ...rest, clientAuthentication: 'private_key_jwt' }
    expect((await call('POST', '', rest)).status).toBe(400)
    expect((await call('POST', '', { ...signed, clientSecret })).status).toBe(400)
    const made = await call('POST', '', signed)
    const path = `/${String(made.body['id'])}`
    const jwksUrl = `${plantel.url}/sso${path}/jwks`
    expect(made).toMatchObject({ status: 201, body: { jwksUrl } })
    const kids = async (): Promise<unknown[]> => {
      const { keys } = (await (await fetch(jwksUrl)).json()) as { keys: { kid: string }[] }
      return keys.map(({ kid }) => kid)
    }
    const shown = async (): Promise<unknown> => {
      const { body } = await call('GET', path)
      expect(JSON.stringify(body)).not.toMatch(/PRIVATE KEY|a secret of the company/)
      const keys = body['keys'] as { state: string }[]
      return [body['clientAuthentication'], ...keys.map(({ state }) => state)]
    }
    expect(await kids()).toHaveLength(1)
    expect(await shown()).toEqual(['private_key_jwt', 'current'])
    await call('PATCH', path, { clientSecret })
    expect(await shown()).toEqual(['client_secret'])
    expect(await kids()).toEqual([])
    const step = (name: string): Promise<Answer> =>
      call('POST', `${path}/key-rotation`, { step: name })
    expect((await step('publish')).status).toBe(204)
    expect(await shown()).toEqual(['client_secret', 'next'])
    expect(await kids()).toHaveLength(1)
    expect((await step('activate')).status).toBe(204)
    expect(await shown()).toEqual(['private_key_jwt', 'current'])
  })

  it('sign nobody in while they are paused, and are gone when they are deleted', async () => {
    const made = await call('POST', '', { ...draft, metadataXml: metadataOf([current]) })
    const id = String(made.body['id'])
    const start = async (): Promise<number> =>
      (await fetch(`${plantel.url}/sso/${id}/start`, { redirect: 'manual' })).status
    expect((await call('PATCH', `/${id}`, { state: 'paused' })).body['state']).toBe('paused')
    expect(await start()).toBe(403)
    await call('PATCH', `/${id}`, { state: 'active' })
    expect(await start()).toBe(303)
    expect(await call('DELETE', `/${id}`)).toMatchObject({ status: 200, body: { signedOut: 0 } })
    expect(await start()).toBe(404)
    expect((await call('DELETE', `/${id}`)).status).toBe(404)
    const { body } = await host.call('GET', `/workspaces/${acme.id}/sign-in-refusals`)
    expect(body['refusals']).toContainEqual(
      expect.objectContaining({ code: 'connection-disabled', detail: 'state:paused' }),
    )
  })

  it('believe a certificate no longer when they are told, but never none', async () => {
    const made = await call('POST', '', { ...draft, metadataXml: metadataOf([current, weak]) })
    const path = `/${String(made.body['id'])}`
    const { body } = await call('GET', path)
    const [first, second] = (body['certificates'] as { fingerprint: string }[]).map(
      (each) => each.fingerprint,
    )
    const drop = (fingerprint = ''): Promise<Answer> =>
      call('DELETE', `${path}/certificates/${fingerprint}`)
    expect((await drop(first)).status).toBe(204)
    expect((await drop(first)).status).toBe(404)
    expect((await drop(second)).body['reason']).toBe('last-one')
  })

  it('are found by domains that a DNS record proves', async () => {
    const domains = `/workspaces/${acme.id}/domains`
    const claimed = await host.call('POST', domains, { domain: 'ACME.example.' })
    expect(claimed).toMatchObject({
      status: 201,
      body: {
        domain: 'acme.example',
        verifiedAt: null,
        recordMissingSince: null,
        record: {
          name: '_plantel.acme.example',
          value: expect.stringMatching(/^plantel-domain=[0-9a-f]{32}$/),
        },
      },
    })
    const { value } = claimed.body['record'] as { value: string }
    const verify = (domain = 'acme.example'): Promise<Answer> =>
      host.call('POST', `${domains}/${domain}/verification`)
    records = ['v=spf1 -all', `${value}0`]
    expect((await verify()).body['reason']).toBe('record-not-found')
    records = new Error('SERVFAIL')
    expect((await verify()).status).toBe(503)
    records = ['v=spf1 -all', value]
    expect(asked.at(-1)).toBe('_plantel.acme.example')
    expect((await verify()).body['verifiedAt']).toEqual(expect.any(String))
    expect((await verify('other.example')).status).toBe(404)
    const stateOf = async (): Promise<unknown[]> => {
      const { body } = await host.call('GET', domains)
      const [domain] = body['domains'] as Record<string, unknown>[]
      return [domain?.['verifiedAt'] !== null, domain?.['recordMissingSince'] !== null]
    }
    const recheck = async (): Promise<void> => {
      const due = { due_at: new Date(0) }
      await plantel.db.owner.updateTable('workspace_domains').set(due).execute()
      await recheckDomains(plantel.db, () =>
        records instanceof Error ? Promise.reject(records) : Promise.resolve(records),
      )
    }
    await recheck()
    expect(await stateOf()).toEqual([true, false])
    records = []
    await recheck()
    expect(await stateOf()).toEqual([true, true])
    // A name server that does not answer says nothing.
    records = new Error('SERVFAIL')
    await recheck()
    expect(await stateOf()).toEqual([true, true])
    records = [value]
    await recheck()
    expect(await stateOf()).toEqual([true, false])
    records = []
    await recheck()
    await plantel.db.owner
      .updateTable('workspace_domains')
      .set({ missing_since: new Date(Date.now() - 31 * 86_400_000) })
      .execute()
    await recheck()
    expect((await stateOf())[0]).toBe(false)
    records = [value]
    expect((await verify()).status).toBe(200)
    expect(await stateOf()).toEqual([true, false])
    expect((await host.call('POST', domains, { domain: 'localhost' })).status).toBe(400)
    expect((await host.call('POST', domains, { domain: 'acme.example' })).body).toMatchObject({
      verifiedAt: expect.any(String),
      record: { value },
    })
    expect((await host.call('DELETE', `${domains}/acme.example`)).status).toBe(204)
    expect((await host.call('GET', domains)).body['domains']).toEqual([])
  })

  it('tell where somebody is signed in, and end one session of them', async () => {
    const { memberId } = await acme.hire('ines@acme.example')
    const inAnHour = new Date(Date.now() + 3_600_000)
    for (const name of ['laptop', 'phone']) {
      await plantel.db.owner
        .insertInto('sessions')
        .values({
          workspace_id: acme.id,
          id_hash: Buffer.from(name.padEnd(32, '.')),
          member_id: memberId,
          connection_id: null,
          data: '{}',
          last_seen_at: new Date(),
          idle_expires_at: inAnHour,
          absolute_expires_at: inAnHour,
          sso_subject: null,
          sso_name_format: null,
          sso_session: null,
        })
        .execute()
    }
    const path = `/workspaces/${acme.id}/members/${memberId}/sessions`
    const ids = async (): Promise<string[]> => {
      const { body } = await host.call('GET', path)
      return (body['sessions'] as { id: string }[]).map(({ id }) => id)
    }
    const [first = '', second = ''] = await ids()
    expect((await host.call('DELETE', `${path}/${first}`)).status).toBe(204)
    expect(await ids()).toEqual([second])
    expect((await host.call('DELETE', `${path}/${first}`)).status).toBe(404)
    const other = await acme.hire('jon@acme.example')
    const elsewhere = `/workspaces/${acme.id}/members/${other.memberId}/sessions/${second}`
    expect((await host.call('DELETE', elsewhere)).status).toBe(404)
    expect((await host.call('GET', path.replace(memberId, createId()))).status).toBe(404)
  })

  it('leave owners recovery codes, which are shown once', async () => {
    const codes = (member: string): Promise<Answer> =>
      host.call('POST', `/workspaces/${acme.id}/members/${member}/recovery-codes`)
    const { status, body } = await codes(acme.ownerId)
    expect(status).toBe(201)
    expect(new Set(body['codes'] as string[]).size).toBe(10)
    const { memberId } = await acme.hire('hanna@acme.example')
    expect((await codes(memberId)).body['reason']).toBe('not-break-glass')
    expect((await codes(createId())).status).toBe(404)
  })
})
