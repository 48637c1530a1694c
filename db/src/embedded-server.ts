import { Worker } from 'node:worker_threads'

import type { EmbeddedReply, EmbeddedRequest, EmbeddedStart } from './embedded-protocol.ts'
import { PortStream } from './port-stream.ts'

/** An embedded PostgreSQL that is started again when it was stopped or died. */
export interface EmbeddedServer {
  /** A connection for `pg`; there is one session, so a new connection takes over from the last. */
  connect(queryTimeoutMs: number): PortStream
  /** The data folder as a tar, for a database in memory to begin from. */
  dump(): Promise<Uint8Array<ArrayBuffer>>
  /** Writes a checkpoint and ends the worker. */
  close(): Promise<void>
}

/** `pg` and our predicates know a failure by its SQLSTATE, also when PostgreSQL could not send it. */
function failure(code: '57014' | '57P02' | '08006', message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code })
}

/** Starts the worker and resolves when its database accepts connections. */
export async function startEmbeddedServer(start: EmbeddedStart): Promise<EmbeddedServer> {
  let running: Promise<RunningWorker> | undefined
  let over: string | undefined

  function requireWorker(): Promise<RunningWorker> {
    if (over !== undefined) throw failure('08006', over)
    running ??= startWorker(start, () => {
      running = undefined
      // Beginning again with nothing would hide the loss.
      if (start.dataFolder === undefined) {
        over ??= 'The database in memory was lost when its worker ended.'
      }
    })
    return running
  }

  await requireWorker()

  return {
    connect: (queryTimeoutMs) =>
      new PortStream(async (stream) => (await requireWorker()).attach(stream, queryTimeoutMs)),
    dump: async () => (await requireWorker()).dump(),
    async close() {
      const worker = await running?.catch(() => undefined)
      over = 'The embedded database is closed.'
      await worker?.close()
    },
  }
}

interface RunningWorker {
  /** Resolves when the worker is gone, for whatever reason. */
  readonly ended: Promise<void>
  attach(stream: PortStream, queryTimeoutMs: number): (bytes: Uint8Array) => void
  dump(): Promise<Uint8Array<ArrayBuffer>>
  close(): Promise<void>
}

async function startWorker(start: EmbeddedStart, onEnd: () => void): Promise<RunningWorker> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./pglite-worker.${extension}`, import.meta.url), {
    workerData: start,
    execArgv: [],
  })

  let stream: PortStream | undefined
  let timeoutMs = Infinity
  // Who waits for the next answers, in order: one who left meanwhile must not get another's.
  const waiting: PortStream[] = []
  let maintaining = false
  /** Told to dump or to end, it keeps the process, whatever else is heard of it meanwhile. */
  let ordered = false
  let timer: NodeJS.Timeout | undefined
  let reason: Error | undefined
  let onDump: ((dump: Uint8Array<ArrayBuffer>) => void) | undefined

  function post(request: EmbeddedRequest): void {
    worker.postMessage(request, [])
  }

  function watch(): void {
    clearTimeout(timer)
    // Waiting for an answer keeps the process alive, an idle database does not.
    if (waiting.length === 0) {
      if (!ordered) worker.unref()
    } else {
      worker.ref()
      if (timeoutMs !== Infinity && !maintaining) timer = setTimeout(stopLateQuery, timeoutMs)
    }
  }

  function stopLateQuery(): void {
    const late = timer
    // If this thread was the one that stood still, the answer is already here.
    setImmediate(() => {
      if (timer !== late || waiting.length === 0) return
      reason = failure('57014', `The query took longer than ${timeoutMs} ms and was stopped.`)
      void worker.terminate()
    })
  }

  const ready = Promise.withResolvers<void>()
  const ended = new Promise<void>((resolve) => {
    worker.on('error', (error) => {
      reason ??= failure('57P02', 'The embedded database stopped unexpectedly.', error)
    })
    worker.on('exit', () => {
      clearTimeout(timer)
      reason ??= failure('57P02', 'The embedded database has ended.')
      ready.reject(reason)
      onEnd()
      stream?.destroy(reason)
      resolve()
    })
  })
  worker.on('message', (message: EmbeddedReply) => {
    if (message === 'ready') ready.resolve()
    else if (message === 'maintenance-began' || message === 'maintenance-ended') {
      maintaining = message === 'maintenance-began'
      watch()
    } else if ('dump' in message) {
      ordered = false
      watch()
      onDump?.(message.dump)
    } else {
      const asker = waiting.shift()
      watch()
      if (asker?.destroyed === false) {
        asker.push(Buffer.from(message.buffer, message.byteOffset, message.byteLength))
      }
    }
  })
  await ready.promise
  worker.unref()

  return {
    ended,
    attach(next, queryTimeoutMs) {
      stream?.destroy()
      stream = next
      timeoutMs = queryTimeoutMs
      post('new-session')
      return (bytes) => {
        if (stream !== next) return
        waiting.push(next)
        if (waiting.length === 1) watch()
        post(bytes)
      }
    },
    dump() {
      ordered = true
      worker.ref()
      return new Promise((resolve, reject) => {
        onDump = resolve
        void ended.then(() => reject(reason ?? failure('57P02', 'The worker ended.')))
        post('dump')
      })
    },
    async close() {
      ordered = true
      worker.ref()
      stream?.destroy()
      post('close')
      await ended
    },
  }
}
