import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import {
  type Actor,
  createId,
  type Database,
  inInstallation,
  inWorkspace,
  openDatabase,
  type WorkspaceTransaction,
} from '@plantel/db'
import { createTestDatabase, type TestDatabase, type TestEngine } from '@plantel/db/testing'
import { createHost, createWorkspace, type WorkspaceCreated } from '@plantel/team'
import express from 'express'

import type { ReadLog } from '../connections/read-log.ts'
import {
  createScimConnection,
  type NewScimConnection,
} from '../connections/scim-connection-commands.ts'
import { createScimToken } from '../connections/scim-token-commands.ts'
import type { ScimLogEntry } from '../http/exchange.ts'
import { createScimMetadata } from '../http/oauth-metadata.ts'
import { refuseScimVersion } from '../http/refuse-version.ts'
import { createScimServer, type ScimServerOptions } from '../http/router.ts'

/** What came back, read to its end. */
export interface ScimResponse {
  status: number
  headers: Headers
  text: string
  /** The parsed body; empty when there is none. */
  body: Record<string, unknown>
  /** `id` of the body; "" when it has none. */
  id: string
}

/** A directory's client of one connection. */
export interface ScimClient {
  readonly workspace: WorkspaceCreated
  readonly connectionId: string
  readonly token: string
  readonly baseUrl: string
  /** Where a path of the connection is reached. */
  urlOf(path: string): string
  /** Sends `body` as SCIM JSON, unless it is text: that is sent as it is. */
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ScimResponse>
  /** The same connection through the other replica; the same replica where there is only one. */
  readonly otherReplica: ScimClient
  inWorkspace<T>(work: (trx: WorkspaceTransaction) => Promise<T>): Promise<T>
}

/** One database with the servers in front of it. */
export interface ScimInstallation {
  readonly db: TestDatabase
  readonly log: ScimLogEntry[]
  connect(connection?: Partial<NewScimConnection>): Promise<ScimClient>
  /** The same connection through one more replica, which writes its reads down there. */
  withReadLog(client: ScimClient, reads: ReadLog): Promise<ScimClient>
  close(): Promise<void>
}

const system: Actor = { kind: 'system', id: null, requestId: 'test' }

/** Starts the server on real ports: once on PGlite, as two replicas on PostgreSQL. */
export async function startScimInstallation(
  engine: TestEngine,
  options: Pick<ScimServerOptions, 'extraResourceTypes'> = {},
): Promise<ScimInstallation> {
  const db = await createTestDatabase(engine)
  const log: ScimLogEntry[] = []
  const replicas: Database[] = engine === 'postgres' ? [db, await openDatabase(db.options)] : [db]
  const servers = await Promise.all(replicas.map((replica) => listen(replica, log, options)))
  const [first = '', second = first] = servers.map((server) => originOf(server))

  return {
    db,
    log,
    async connect(connection = {}) {
      const workspace = await createTestWorkspace(db)
      const { id, plainToken } = await inWorkspace(db, workspace.id, system, async (trx) => {
        const made = await createScimConnection(trx, {
          name: 'Test',
          idp: 'generic',
          rateLimit: unlimited,
          ...connection,
        })
        return { ...made, plainToken: (await createScimToken(trx, made.id)).plainToken }
      })
      const clientOf = (origin: string, other: () => ScimClient): ScimClient => ({
        workspace,
        connectionId: id,
        token: plainToken,
        baseUrl: `${publicUrl}/scim/v2/${id}`,
        urlOf: (path) => `${origin}/scim/v2/${id}${path}`,
        request: (method, path, body, headers = {}) =>
          send(`${origin}/scim/v2/${id}${path}`, method, body, {
            authorization: `Bearer ${plainToken}`,
            ...headers,
          }),
        get otherReplica() {
          return other()
        },
        inWorkspace: (work) => inWorkspace(db, workspace.id, system, work),
      })
      const one: ScimClient = clientOf(first, () => two)
      const two: ScimClient = clientOf(second, () => one)
      return one
    },
    async withReadLog(client, reads) {
      const server = await listen(db, log, { ...options, reads })
      servers.push(server)
      const urlOf = (path: string): string =>
        `${originOf(server)}/scim/v2/${client.connectionId}${path}`
      return {
        ...client,
        urlOf,
        request: (method, path, body, headers = {}) =>
          send(urlOf(path), method, body, {
            authorization: `Bearer ${client.token}`,
            ...headers,
          }),
      }
    },
    async close() {
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
      for (const replica of replicas) if (replica !== db) await replica.close()
      await db.close()
    },
  }
}

/** Tests are faster than a directory may be. */
const unlimited = { requestsPerMinute: 10_000_000, burst: 1_000_000 }

/** What the server believes to be its address; requests go to the ports of the replicas. */
/** The secret of every test installation. */
export const installationSecret = 'a secret of at least 32 characters'
const publicUrl = 'https://plantel.example'

async function listen(
  db: Database,
  log: ScimLogEntry[],
  options: Pick<ScimServerOptions, 'extraResourceTypes' | 'reads'>,
): Promise<Server> {
  const app = express()
  app.use(
    '/scim/v2',
    createScimServer({
      ...options,
      db,
      publicUrl,
      secret: installationSecret,
      fetch,
      log: (entry) => log.push(entry),
    }),
  )
  app.use('/scim', refuseScimVersion)
  app.use('/.well-known/oauth-authorization-server/scim/v2', createScimMetadata({ db, publicUrl }))
  const server = createServer(app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function createTestWorkspace(db: Database): Promise<WorkspaceCreated> {
  const { id: hostId } = await inInstallation(db, (query) =>
    createHost(query, { name: `Host ${createId()}`, allowedOrigins: [] }),
  )
  return inWorkspace(db, createId(), system, (trx) =>
    createWorkspace(trx, {
      hostId,
      slug: 'acme',
      name: 'Acme',
      preset: 'respond',
      locale: 'en',
      timeZone: 'UTC',
      owner: { email: 'owner@acme.example', displayName: 'Olga Owner' },
      departments: ['Sales', 'Support'],
      channels: [{ key: 'whatsapp', name: 'WhatsApp' }],
    }),
  )
}

async function send(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<ScimResponse> {
  const given = Object.entries({ 'content-type': 'application/scim+json', ...headers })
  const response = await fetch(url, {
    method,
    headers: Object.fromEntries(given.filter(([, value]) => value !== '')),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const parsed = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: parsed,
    id: typeof parsed['id'] === 'string' ? parsed['id'] : '',
  }
}
