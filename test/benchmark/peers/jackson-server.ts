/**
 * SAML Jackson's directory sync behind Express, as its guide shows it: a library that answers a parsed request. It is
 * installed beside this file when it is asked for, so its types are not here when everything else is checked.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import express, { type Request } from 'express'

import type { JacksonInput } from './jackson.ts'

/** What is used of the library. */
interface Jackson {
  directorySyncController: {
    directories: {
      create(draft: {
        name: string
        tenant: string
        product: string
        type: string
      }): Promise<{ data: { id: string; scim: { secret: string } } | null; error: unknown }>
    }
    requests: {
      handle(request: {
        method: string
        directoryId: string
        apiSecret: string
        resourceType: string
        resourceId: string | undefined
        body: unknown
        query: { count?: number; startIndex?: number; filter?: string }
      }): Promise<{ status: number; data: unknown }>
    }
  }
}

const { databaseUrl } = JSON.parse(process.argv[2] ?? '{}') as JacksonInput
const library = '@boxyhq/saml-jackson'
const { controllers } = (await import(library)) as {
  controllers: (options: Record<string, unknown>) => Promise<Jackson>
}
const { directorySyncController } = await controllers({
  externalUrl: 'http://127.0.0.1',
  samlPath: '/saml',
  noAnalytics: true,
  // The pages that are asked for; of fifty it would answer half.
  db: { engine: 'sql', type: 'postgres', url: databaseUrl, pageLimit: 100 },
  // Whoever embeds it takes its events in the process.
  dsync: { callback: () => Promise.resolve() },
  logger: { info: () => undefined },
})
const { directories, requests } = directorySyncController
const created = await directories.create({
  name: 'Benchmark',
  tenant: 'acme',
  product: 'benchmark',
  type: 'generic-scim-v2',
})
if (created.data === null) throw new Error('no directory was made', { cause: created.error })
const directory = created.data

const app = express()
app.use(express.json({ type: () => true, limit: '10mb' }))
app.all('/scim/:resourceType{/:resourceId}', async (request: Request, response) => {
  const { resourceType, resourceId } = request.params as Record<string, string | undefined>
  const { count, startIndex, filter } = request.query
  const { status, data } = await requests.handle({
    method: request.method,
    directoryId: directory.id,
    apiSecret: (request.headers.authorization ?? '').replace('Bearer ', ''),
    resourceType: resourceType ?? '',
    resourceId,
    body: request.body as unknown,
    query: {
      ...(count === undefined ? {} : { count: Number(count) }),
      ...(startIndex === undefined ? {} : { startIndex: Number(startIndex) }),
      ...(typeof filter === 'string' ? { filter } : {}),
    },
  })
  response.status(status).type('application/scim+json').send(JSON.stringify(data))
})

const server = createServer(app).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
console.info(
  JSON.stringify({ baseUrl: `http://127.0.0.1:${port}/scim`, token: directory.scim.secret }),
)
