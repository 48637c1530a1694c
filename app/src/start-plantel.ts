import { createSealer, type Database, openDatabase } from '@plantel/db'

import { type Application, compose } from './compose.ts'
import type { Config } from './config.ts'
import { openDemoHost } from './demo-host.ts'
import { findFreePort } from './free-port.ts'
import { listen, type Listener } from './listener.ts'
import type { Logger } from './logger.ts'
import { createReadyFile, type ReadyFile } from './ready-file.ts'
import { loadSecret } from './secret-file.ts'

/** How long requests may finish after a stop was asked for. */
const graceMs = 10_000

/** A replica that answers requests. */
export interface RunningPlantel {
  url: string
  /** Origin of the demo's pages; undefined outside the demo. */
  demoUrl: string | undefined
  /** Takes no new requests, finishes those that run, and gives everything back. */
  stop(): Promise<void>
}

type Demo = Awaited<ReturnType<(typeof import('./demo/start-demo.ts'))['startDemo']>>

/** Starts a replica; throws `StartError` or `DatabaseOpenError` for what an operator can put right. */
export async function startPlantel(config: Config, log: Logger): Promise<RunningPlantel> {
  const readyFile = createReadyFile(config.dataFolder)
  if (config.mode === 'demo') await readyFile.remove()
  const opened: { db?: Database; application?: Application; listener?: Listener; demo?: Demo } = {}

  async function stop(): Promise<void> {
    const { db, application, listener, demo } = opened
    if (application !== undefined) application.health.phase = 'stopping'
    application?.endStreams()
    await demo?.close()
    await listener?.close(graceMs)
    await application?.close()
    await db?.close()
  }

  try {
    const secret = await loadSecret(config)
    const sealer = createSealer(secret)
    const db = (opened.db = await openDatabase(config.database))
    const demoPort = await findFreePort(config.port + 1)
    const demoOrigin = `http://127.0.0.1:${demoPort}`
    const application = (opened.application = await compose({
      config:
        config.mode === 'demo'
          ? { ...config, allowPrivateNetwork: [...config.allowPrivateNetwork, demoOrigin] }
          : config,
      db,
      sealer,
      secret,
      log,
      demoUrl: () => opened.demo?.url,
    }))
    opened.listener = await listen(application.handler, config.host, config.port)
    if (config.mode === 'demo') {
      const host = await openDemoHost(db, sealer)
      // An installation never loads the demo.
      const { startDemo } = await import('./demo/start-demo.ts')
      opened.demo = await startDemo({
        db,
        sealer,
        plantelUrl: config.publicUrl,
        ...host,
        preferredPort: demoPort,
        log,
      })
      await announceDemo(config, readyFile, opened.demo, host.hostKey)
    }
    application.health.phase = 'ready'
  } catch (error) {
    await stop()
    if (config.mode === 'demo') await readyFile.restore()
    throw error
  }
  return { url: config.publicUrl, demoUrl: opened.demo?.url, stop }
}

async function announceDemo(
  { publicUrl }: Config,
  readyFile: ReadyFile,
  demo: Demo,
  hostKey: string,
): Promise<void> {
  await readyFile.write({
    url: publicUrl,
    workspaces: demo.workspaces.map(({ slug, id, scim }) => ({
      slug,
      id,
      scim: { baseUrl: scim.baseUrl, token: scim.token },
    })),
    hostApi: { baseUrl: `${publicUrl}/host/v1`, key: hostKey },
  })
}
