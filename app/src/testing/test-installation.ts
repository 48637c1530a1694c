import type { RequestListener } from 'node:http'

import { createSealer, inInstallation } from '@plantel/db'
import {
  createTestDatabase,
  findFreePort,
  type TestDatabase,
  type TestEngine,
} from '@plantel/db/testing'
import type { TxtResolver } from '@plantel/idp-bridge'
import { createHost, createHostKey } from '@plantel/team'

import { compose } from '../compose.ts'
import { parseConfig } from '../config.ts'
import { answerStarting } from '../health.ts'
import { listen, type Listener, StartError } from '../listener.ts'
import { createLogger } from '../logger.ts'

/** The whole product without the demo's pages, on a fresh database and a port of its own. */
export interface TestInstallation {
  url: string
  /** Where it listens, which `url` need not be. */
  address: string
  db: TestDatabase
  newHost(name: string, allowedOrigins?: string[]): Promise<TestHost>
  close(): Promise<void>
}

/** An answer as tests look at it. */
export interface Answer {
  status: number
  headers: Headers
  /** Parsed JSON; undefined when there is none. */
  body: Record<string, unknown>
}

/** An inbox product with a key. */
export interface TestHost {
  id: string
  key: string
  /** Calls the Host API; resolves whatever the status is. */
  call(method: string, path: string, body?: unknown): Promise<Answer>
}

const secret = 'the secret of a test installation'.padEnd(48, '.')

export async function openTestInstallation(
  engine: TestEngine,
  environment: Record<string, string> = {},
  resolveTxt?: TxtResolver,
): Promise<TestInstallation> {
  const db = await createTestDatabase(engine)
  let handler: RequestListener = answerStarting
  const { port, listener } = await listenAnywhere((request, response) => handler(request, response))
  const config = parseConfig({
    PLANTEL_DEMO: '1',
    PLANTEL_SECRET: secret,
    PORT: String(port),
    ...environment,
  })
  const log = createLogger('silent')
  const sealer = createSealer(secret)
  const application = await compose({
    config,
    db,
    sealer,
    secret,
    log,
    demoUrl: () => undefined,
    checkAnswers: true,
    resolveTxt,
  })
  handler = application.handler
  application.health.phase = 'ready'
  const url = config.publicUrl

  return {
    url,
    address: `http://127.0.0.1:${port}`,
    db,
    async newHost(name, allowedOrigins = []) {
      const { id, key } = await inInstallation(db, async (query) => {
        const { id } = await createHost(query, { name, allowedOrigins })
        const { plainKey } = await createHostKey(query, id, { name: 'test' })
        return { id, key: plainKey }
      })
      return {
        id,
        key,
        call: (method, path, body) =>
          callJson(`${url}/host/v1${path}`, { method, token: key, body }),
      }
    },
    async close() {
      application.endStreams()
      await listener.close(1_000)
      await application.close()
      await db.close()
    },
  }
}

/** Whoever looks for a port at the same moment may find the same: only who listens has it. */
async function listenAnywhere(
  handler: RequestListener,
): Promise<{ port: number; listener: Listener }> {
  for (;;) {
    const port = await findFreePort()
    try {
      return { port, listener: await listen(handler, 'localhost', port) }
    } catch (error) {
      if (!(error instanceof StartError)) throw error
    }
  }
}

/** One request with a bearer token and a JSON body. */
export async function callJson(
  url: string,
  call: {
    method?: string
    token?: string
    body?: unknown
    headers?: Record<string, string>
  } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: call.method ?? 'GET',
    redirect: 'manual',
    headers: {
      ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  })
  const text = await response.text()
  const body: unknown = text.startsWith('{') ? JSON.parse(text) : {}
  return { status: response.status, headers: response.headers, body: body as Answer['body'] }
}

/** What `POST /workspaces` takes, with a slug of its own. */
export function workspaceBody(slug: string): Record<string, unknown> {
  return {
    slug,
    name: slug.toUpperCase(),
    preset: 'respond',
    locale: 'es',
    timeZone: 'America/Mexico_City',
    owner: { email: `owner@${slug}.example`, displayName: 'Olga Owner', hostUserId: 'host-1' },
    departments: ['Ventas-MX', 'Soporte'],
    channels: [{ key: 'wa', name: 'WhatsApp' }],
  }
}

/** A workspace that a directory is connected to. */
export interface TestWorkspace {
  id: string
  slug: string
  ownerId: string
  connectionId: string
  /** Calls the workspace's SCIM server below its base URL. */
  scim(method: string, path: string, body?: unknown): Promise<Answer>
  /** Provisions a person and answers the ids of directory user and member. */
  hire(userName: string): Promise<{ userId: string; memberId: string }>
  /** Replaces the mapping rules of the connection. */
  map(rules: unknown[]): Promise<void>
  widgetToken(memberId: string): Promise<string>
  /** Calls the Team API as a member; edits are of whatever version there is. */
  asMember(
    memberId: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>
}

export async function newWorkspace(
  { db, url }: TestInstallation,
  host: TestHost,
  slug: string,
  { defaultRole }: { defaultRole: string | null } = { defaultRole: 'agent' },
): Promise<TestWorkspace> {
  const { body: created } = await host.call('POST', '/workspaces', workspaceBody(slug))
  const id = String(created['id'])
  const { body: connection } = await host.call('POST', `/workspaces/${id}/scim-connections`, {
    name: 'Okta',
    idp: 'okta',
    defaultRole,
  })
  const token = String(connection['token'])
  const scim: TestWorkspace['scim'] = (method, path, body) =>
    callJson(`${String(connection['baseUrl'])}${path}`, {
      method,
      token,
      body,
      headers: { 'content-type': 'application/scim+json' },
    })
  const widgetToken: TestWorkspace['widgetToken'] = async (member) => {
    const { body } = await host.call('POST', '/widget-tokens', { workspace: id, member })
    return String(body['token'])
  }
  return {
    id,
    slug,
    ownerId: String(created['ownerMemberId']),
    connectionId: String(connection['id']),
    scim,
    async hire(userName) {
      const { status, body } = await scim('POST', '/Users', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName,
        name: { givenName: 'Hanna', familyName: userName },
        displayName: `Hanna ${userName}`,
        emails: [{ value: userName, type: 'work', primary: true }],
        active: true,
      })
      if (status !== 201) throw new Error(`SCIM answered ${status}: ${JSON.stringify(body)}`)
      const userId = String(body['id'])
      const { id: memberId } = await db.owner
        .selectFrom('members')
        .select('id')
        .where('directory_user_id', '=', userId)
        .executeTakeFirstOrThrow()
      return { userId, memberId }
    },
    async map(rules) {
      const body = { connectionId: connection['id'], rules }
      const { status } = await host.call('PUT', `/workspaces/${id}/mapping-rules`, body)
      if (status !== 200) throw new Error(`The mapping rules were refused: ${status}`)
    },
    widgetToken,
    async asMember(memberId, method, path, body, headers = { 'if-match': '*' }) {
      const token = await widgetToken(memberId)
      return callJson(`${url}/team/v1${path}`, { method, token, body, headers })
    },
  }
}

/** The SCIM request with which directories take somebody's access away, or give it back. */
export function setActive(active: boolean): Record<string, unknown> {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value: active }],
  }
}
