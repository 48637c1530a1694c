/** The thread in which the embedded PostgreSQL runs, so that no query stops the event loop. */
import { existsSync, fsyncSync, renameSync, rmSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

import { PGlite, type PGliteOptions } from '@electric-sql/pglite'
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { NodeFS } from '@electric-sql/pglite/nodefs'

import type { EmbeddedReply, EmbeddedRequest, EmbeddedStart } from './embedded-protocol.ts'
import { maintain } from './maintenance.ts'

const port = parentPort
if (port === null) throw new Error('pglite-worker.ts runs in a worker thread')
const { dataFolder, template, maintenance } = workerData as EmbeddedStart

/** Emscripten's file system has no fsync: without this, an acknowledged commit is lost with the power. */
class DurableNodeFS extends NodeFS {
  override async init(
    ...[pglite, options]: Parameters<NodeFS['init']>
  ): ReturnType<NodeFS['init']> {
    const result = await super.init(pglite, options)
    result.emscriptenOpts.preRun = [
      ...(result.emscriptenOpts.preRun ?? []),
      (module: EmscriptenModule) => {
        module.NODEFS.stream_ops.fsync = (stream) => {
          if (stream.nfd !== undefined) fsyncSync(stream.nfd)
          return 0
        }
      },
    ]
    return result
  }
}

interface EmscriptenModule {
  NODEFS: { stream_ops: { fsync?: (stream: { nfd?: number }) => number } }
}

const startParams = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'wal_sync_method=fsync',
]

function open(folder: string | undefined): Promise<PGlite> {
  const options: PGliteOptions = { extensions: { btree_gin, pg_trgm } }
  if (folder !== undefined) {
    options.fs = new DurableNodeFS(folder)
    options.startParams = startParams
  } else if (template !== undefined) {
    options.loadDataDir = new Blob([template])
  }
  return PGlite.create(options)
}

/** A folder appears under its name only when it is complete: dying in the first start leaves no half database. */
async function initialise(folder: string): Promise<void> {
  if (existsSync(folder)) return
  const unfinished = `${folder}.new`
  rmSync(unfinished, { recursive: true, force: true })
  const pglite = await open(unfinished)
  await pglite.close()
  renameSync(unfinished, folder)
}

function reply(message: EmbeddedReply): void {
  port?.postMessage(message)
}

if (dataFolder !== undefined) await initialise(dataFolder)
const pglite = await open(dataFolder)

let betweenTransactions = true
let maintenanceDue = false
let usedSinceMaintenance = false
let lastUse = performance.now()

/** ReadyForQuery ends every complete answer: 'Z', its length 5, and 'I' outside a transaction. */
function endsIdle(answer: Uint8Array): boolean {
  return answer.at(-6) === 0x5a && answer.at(-1) === 0x49
}

async function answer(request: EmbeddedRequest): Promise<void> {
  if (request === 'close') {
    clearInterval(clock)
    await pglite.exec('rollback; reset role; checkpoint')
    await pglite.close()
    port?.close()
  } else if (request === 'dump') {
    const dump = await pglite.dumpDataDir('none')
    reply({ dump: new Uint8Array(await dump.arrayBuffer()) })
  } else if (request === 'new-session') {
    await pglite.exec('rollback')
    await pglite.exec('discard all')
    betweenTransactions = true
  } else {
    const bytes = await pglite.execProtocolRaw(request)
    betweenTransactions = endsIdle(bytes)
    usedSinceMaintenance = true
    lastUse = performance.now()
    reply(bytes)
  }
}

async function maintainWhenDue(): Promise<void> {
  if (!maintenanceDue || !betweenTransactions) return
  maintenanceDue = false
  usedSinceMaintenance = false
  reply('maintenance-began')
  await maintain(pglite, maintenance, performance.now() - lastUse >= maintenance.idleMs)
  reply('maintenance-ended')
}

// One thing at a time: there is one session. A failure that is not a query's ends the worker.
let chain: Promise<void> = Promise.resolve()
port.on('message', (request: EmbeddedRequest) => {
  chain = chain.then(() => answer(request)).then(() => maintainWhenDue())
})

let wasIdle = false
const clock = setInterval(() => {
  const idle = performance.now() - lastUse >= maintenance.idleMs
  // Once after the last use becomes idle, then not again until something is asked.
  if (!usedSinceMaintenance && (!idle || wasIdle)) return
  wasIdle = idle
  maintenanceDue = true
  chain = chain.then(() => maintainWhenDue())
}, maintenance.everyMs)

reply('ready')
