import type { RequestListener } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

import type { Database } from '@plantel/db'
import { type Response, Router } from 'express'

const pingTimeoutMs = 2_000

/** Whether this process should be sent requests; told by whoever starts and stops it. */
export interface Health {
  readonly router: Router
  phase: 'starting' | 'ready' | 'stopping'
}

/** `/livez`: the process answers. `/readyz`: it is started, not stopping, and its migrated database answers. */
export function createHealth(db: Database): Health {
  const router = Router()
  const health: Health = { router, phase: 'starting' }
  router.get('/livez', (_request, response) => send(response, 200, { status: 'alive' }))
  router.get('/readyz', async (_request, response) => {
    const database = (await answers(db)) ? 'ok' : 'unreachable'
    const isReady = health.phase === 'ready' && database === 'ok'
    // A database is only ever open once its migrations are applied.
    send(response, isReady ? 200 : 503, { status: health.phase, database, migrations: 'applied' })
  })
  return health
}

/** Answers while there is no database yet: alive, and not ready for anything. */
export const answerStarting: RequestListener = (request, response) => {
  const isAlive = request.url === '/livez'
  response
    .writeHead(isAlive ? 200 : 503, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...(isAlive ? {} : { 'retry-after': '1' }),
    })
    .end(JSON.stringify({ status: isAlive ? 'alive' : 'starting' }))
}

function send(response: Response, status: number, body: Record<string, string>): void {
  response.status(status).set('cache-control', 'no-store').json(body)
}

async function answers(db: Database): Promise<boolean> {
  const timeout = new AbortController()
  try {
    return await Promise.race([
      db.ping().then(() => true),
      delay(pingTimeoutMs, false, { signal: timeout.signal, ref: false }),
    ])
  } catch {
    return false
  } finally {
    timeout.abort()
  }
}
