import { Client, type ClientConfig } from 'pg'

import { createSignalHub, type SignalHub, type Signals } from './signal.ts'

const channel = 'plantel'

/** PostgreSQL refuses a payload of 8,000 bytes. */
const maxPayloadBytes = 7_900

/** Beyond this many workspaces waiting for a lost connection, "anything" says the same in one word. */
const maxWaiting = 10_000

const firstRetryMs = 100
const lastRetryMs = 10_000
const heartbeatMs = 30_000

/** Signals over LISTEN and NOTIFY. */
export interface PostgresSignals extends Signals {
  close(): Promise<void>
}

/** Joins ids into payloads that PostgreSQL accepts. */
export function splitPayloads(workspaceIds: Iterable<string>): string[] {
  const payloads: string[] = []
  let payload = ''
  for (const id of workspaceIds) {
    const longer = payload === '' ? id : `${payload},${id}`
    if (payload !== '' && Buffer.byteLength(longer) > maxPayloadBytes) {
      payloads.push(payload)
      payload = id
    } else payload = longer
  }
  if (payload !== '') payloads.push(payload)
  return payloads
}

/**
 * Signals on a connection of their own, outside every writing transaction: NOTIFY inside them
 * would serialise all commits. What can't be sent now is kept and sent after reconnecting.
 */
export async function openPostgresSignals(config: ClientConfig): Promise<PostgresSignals> {
  const waiting = new Set<string>()
  let everything = false
  let client: Client | undefined
  let sending: Promise<void> | undefined
  let retry: NodeJS.Timeout | undefined
  let retryMs = firstRetryMs
  let closed = false

  const hub: SignalHub = createSignalHub((workspaceIds) => {
    for (const id of workspaceIds) waiting.add(id)
    if (waiting.size > maxWaiting) {
      waiting.clear()
      everything = true
    }
    flush()
  })

  function flush(): void {
    if (client === undefined || (!everything && waiting.size === 0)) return
    sending ??= sendWaiting(client).finally(() => {
      sending = undefined
      flush()
    })
  }

  async function sendWaiting(connection: Client): Promise<void> {
    while (client === connection && (everything || waiting.size > 0)) {
      const ids = [...waiting]
      const payloads = everything ? [''] : splitPayloads(ids)
      const wasEverything = everything
      waiting.clear()
      everything = false
      try {
        await connection.query(`select pg_notify('${channel}', unnest($1::text[]))`, [payloads])
      } catch {
        // Not lost: the connection is, and the next one sends them.
        for (const id of ids) waiting.add(id)
        everything ||= wasEverything
        if (client === connection) client = undefined
        void connection.end().catch(() => {})
      }
    }
  }

  async function connect(): Promise<void> {
    const next = new Client(config)
    // 'end' follows and reconnects; without a listener the error would end the process.
    next.on('error', () => {})
    next.on('notification', (message) => {
      // Our own listeners were told when it was sent.
      if (message.processId === Reflect.get(next, 'processID')) return
      hub.tell(new Set(message.payload?.split(',').filter((id) => id !== '')))
    })
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
    } catch (error) {
      await next.end().catch(() => {})
      throw error
    }
    if (closed) return next.end()
    next.once('end', () => {
      if (client === next) client = undefined
      if (!closed) reconnectLater()
    })
    client = next
    retryMs = firstRetryMs
  }

  function reconnectLater(): void {
    retry = setTimeout(() => void reconnect(), retryMs)
  }

  async function reconnect(): Promise<void> {
    try {
      await connect()
    } catch {
      retryMs = Math.min(retryMs * 2, lastRetryMs)
      if (!closed) reconnectLater()
      return
    }
    // Whatever was said meanwhile was not heard.
    hub.tell(new Set())
    flush()
  }

  await connect()

  // A connection that a firewall dropped silently shows only when something is sent.
  const heartbeat = setInterval(() => {
    const asked = client
    asked?.query('select 1').catch(() => void asked.end().catch(() => {}))
  }, heartbeatMs).unref()

  return {
    send: (workspaceId) => hub.send(workspaceId),
    listen: (listener) => hub.listen(listener),
    async close() {
      hub.close()
      await sending
      closed = true
      clearTimeout(retry)
      clearInterval(heartbeat)
      await client?.end().catch(() => {})
    },
  }
}
