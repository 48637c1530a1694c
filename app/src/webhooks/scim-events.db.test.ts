import { testEngines } from '@plantel/db/testing'
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openRecordingServer, type RecordingServer } from '../testing/recording-server.ts'
import {
  newWorkspace,
  openTestInstallation,
  setActive,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

interface SecurityEvent extends JWTPayload {
  sub_id: { format: string; uri: string; externalId?: string }
  events: Record<string, { attributes?: string[] }>
}

const patience = { timeout: 30_000 }
const prefix = 'urn:ietf:params:scim:event:'
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** What a change is said to have changed. */
function attributesOf(event: SecurityEvent | undefined): unknown {
  return event?.events[`${prefix}prov:patch:notice`]?.attributes
}

describe.each(testEngines)('endpoints of SCIM events on %s', (engine) => {
  let recipient: RecordingServer
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let endpointId: string
  let verify: (token: string) => Promise<SecurityEvent>

  beforeAll(async () => {
    recipient = await openRecordingServer()
    plantel = await openTestInstallation(engine, {
      PLANTEL_ALLOW_PRIVATE_NETWORK: recipient.origin,
    })
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
    // Whoever verifies knows the issuer, and what it publishes.
    const issuer = `${plantel.url}/oidc`
    const discovery = await fetch(`${issuer}/.well-known/openid-configuration`)
    const metadata = (await discovery.json()) as { jwks_uri: string }
    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri))
    verify = async (token) => {
      const audience = `${recipient.origin}/events`
      const options = { issuer, audience, typ: 'secevent+jwt', requiredClaims: ['jti', 'iat'] }
      return (await jwtVerify<SecurityEvent>(token, keys, options)).payload
    }
    recipient.answer = { status: 202 }
  })
  afterAll(async () => {
    await plantel.close()
    await recipient.close()
  })

  async function writtenTo(table: 'outbox' | 'events'): Promise<number> {
    const rows = await plantel.db.owner
      .selectFrom(table)
      .select('type')
      .where('type', 'like', 'directory%')
      .execute()
    return rows.length
  }

  const countWritten = async (): Promise<number> => {
    // One that gets its position meanwhile is counted twice rather than not at all.
    return (await writtenTo('outbox')) + (await writtenTo('events'))
  }

  /** What came about one resource, verified, in order and each once. */
  async function about(uri: string): Promise<SecurityEvent[]> {
    const sent = recipient.requests.filter(({ path }) => path === '/events')
    const events = await Promise.all(sent.map(({ body }) => verify(body)))
    const told = events.filter(({ sub_id: subject }) => subject.uri === uri)
    return told.filter(({ jti }, index) => told.findIndex((each) => each.jti === jti) === index)
  }

  const namesAbout = async (uri: string): Promise<string[][]> =>
    (await about(uri)).map(({ events }) =>
      Object.keys(events).map((name) => name.replace(prefix, '')),
    )

  const retrying = async (): Promise<unknown> => {
    const path = `/webhook-endpoints/${endpointId}/deliveries?state=retrying`
    return (await host.call('GET', path)).body['deliveries']
  }

  const register = (body: Record<string, unknown>): ReturnType<TestHost['call']> =>
    host.call('POST', '/webhook-endpoints', body)

  async function patch(path: string, value: Record<string, unknown>): Promise<void> {
    const Operations = [{ op: 'replace', value }]
    await acme.scim('PATCH', path, { schemas: [patchOp], Operations })
  }

  it('cost hosts without one nothing, and take no filter of types', async () => {
    await acme.hire('before@acme.example')
    expect(await countWritten()).toBe(0)
    const url = `${recipient.origin}/events`
    const filtered = await register({
      url,
      format: 'scim-events',
      eventTypes: ['member.suspended'],
    })
    expect(filtered).toMatchObject({ status: 400, body: { reason: 'webhook-types-fixed' } })
    const answer = await register({ url, format: 'scim-events' })
    expect(answer.status).toBe(201)
    endpointId = String(answer.body['id'])
    const path = `/webhook-endpoints/${endpointId}`
    expect((await host.call('GET', path)).body).toMatchObject({ format: 'scim-events' })
    expect(await host.call('PATCH', path, { eventTypes: ['member.removed'] })).toMatchObject({
      status: 400,
      body: { reason: 'webhook-types-fixed' },
    })
    expect(await register({ url })).toMatchObject({
      status: 409,
      body: { reason: 'webhook-url-taken' },
    })
    await register({ url: `${recipient.origin}/hook` })
  })

  it('are told of users in order, signed by the published key and without a value', async () => {
    const { userId, memberId } = await acme.hire('ana@acme.example')
    await patch(`/Users/${userId}`, { title: 'Secret agent' })
    await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
    await patch(`/Users/${userId}`, { active: true, nickName: 'Secret name' })
    await acme.scim('DELETE', `/Users/${userId}`)
    await expect
      .poll(() => namesAbout(`/Users/${userId}`), patience)
      .toEqual([
        ['prov:create:notice'],
        ['prov:patch:notice'],
        ['prov:deactivate'],
        ['prov:patch:notice', 'prov:activate'],
        ['prov:delete'],
      ])
    const [created, patched] = await about(`/Users/${userId}`)
    expect(created?.events[`${prefix}prov:create:notice`]?.attributes).toContain('userName')
    expect(patched).toMatchObject({
      sub_id: { format: 'scim' },
      txn: expect.any(String) as string,
      workspace: { id: acme.id, slug: 'acme' },
      member: { id: memberId },
      events: { [`${prefix}prov:patch:notice`]: { attributes: ['title'] } },
    })
    expect(patched).not.toHaveProperty('sub')
    const told = JSON.stringify(await about(`/Users/${userId}`))
    expect(told).not.toContain('Secret')
    // What others are told stays as it was.
    const { body } = await host.call('GET', '/events?limit=500')
    expect(JSON.stringify(body)).not.toContain('directory_')
    const hooked = recipient.requests.filter(({ path }) => path === '/hook')
    expect(JSON.stringify(hooked)).not.toContain('directory_')
  })

  it('are told of groups, and that their members changed', async () => {
    const { userId } = await acme.hire('bea@acme.example')
    const group = await acme.scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Sales',
      externalId: 'g-1',
    })
    const uri = `/Groups/${String(group.body['id'])}`
    await acme.scim('PATCH', uri, {
      schemas: [patchOp],
      Operations: [{ op: 'add', path: 'members', value: [{ value: userId }] }],
    })
    await patch(uri, { displayName: 'Selling' })
    await acme.scim('DELETE', uri)
    await expect
      .poll(() => namesAbout(uri), patience)
      .toEqual([
        ['prov:create:notice'],
        ['prov:patch:notice'],
        ['prov:patch:notice'],
        ['prov:delete'],
      ])
    const [, joined, renamed] = await about(uri)
    expect(attributesOf(joined)).toEqual(['members'])
    expect(attributesOf(renamed)).toEqual(['displayName'])
    expect(joined?.sub_id.externalId).toBe('g-1')
  })

  it('acknowledge by 202 alone, and say in their log what is wrong with a token', async () => {
    recipient.answer = { status: 200 }
    const { userId } = await acme.hire('cleo@acme.example')
    await expect
      .poll(retrying, patience)
      .toContainEqual(expect.objectContaining({ error: 'status', status: 200 }))
    recipient.answer = { status: 400, json: { err: 'invalid_key', description: 'no such key' } }
    await expect
      .poll(retrying, patience)
      .toContainEqual(expect.objectContaining({ error: 'invalid_key', status: 400 }))
    recipient.answer = { status: 202 }
    await expect.poll(retrying, patience).toEqual([])
    // Signed anew each time, under the same name.
    const attempts = await Promise.all(
      recipient.requests.filter(({ path }) => path === '/events').map(({ body }) => verify(body)),
    )
    const same = attempts.filter(({ sub_id: { uri } }) => uri === `/Users/${userId}`)
    expect(same.length).toBeGreaterThanOrEqual(3)
    expect(new Set(same.map(({ jti }) => jti)).size).toBe(1)
  })

  it('answer to a test, and refuse a token that was tampered with', async () => {
    const answer = await host.call('POST', `/webhook-endpoints/${endpointId}/test`)
    expect(answer.body).toMatchObject({ delivered: true, status: 202 })
    // The other endpoint hears of what happened before.
    const token = recipient.requests.findLast(({ path }) => path === '/events')?.body ?? ''
    expect(await verify(token)).toMatchObject({
      events: { 'https://schemas.openid.net/secevent/ssf/event-type/verification': {} },
    })
    const [header, payload = '', signature] = token.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
    const forged = Buffer.from(JSON.stringify({ ...claims, txn: 'forged' })).toString('base64url')
    await expect(verify([header, forged, signature].join('.'))).rejects.toThrow(
      errors.JWSSignatureVerificationFailed,
    )
  })
})
