import type { RequestListener } from 'node:http'

import { createSealer, type Database, openDatabase } from '@plantel/db'

import { type Application, compose } from './compose.ts'
import type { Config } from './config.ts'
import { openDemoHost } from './demo-host.ts'
import { findFreePort } from './free-port.ts'
import { answerStarting } from './health.ts'
import { listen, type Listener, StartError } from './listener.ts'
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
    // First: a taken port must not cost a migration, and probes want an answer during one.
    let handler: RequestListener = answerStarting
    opened.listener = await listen(
      (request, response) => handler(request, response),
      config.host,
      config.port,
    )
    const secret = await loadSecret(config)
    const sealer = createSealer(secret, config.formerSecret)
    const db = (opened.db = await openDatabase(config.database))
    const demoPort = config.mode === 'demo' ? await findFreePort(config.port + 1) : undefined
    const application = (opened.application = await compose({
      config: demoPort === undefined ? config : allowDemo(config, demoPort),
      db,
      sealer,
      secret,
      log,
      demoUrl: () => opened.demo?.url,
    }))
    handler = application.handler
    if (demoPort !== undefined) {
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
      if (opened.demo.url !== demoOrigin(demoPort)) {
        throw new StartError(`Port ${demoPort} was taken while the demo started: start it again.`)
      }
      application.health.phase = 'ready'
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

function demoOrigin(port: number): string {
  return `http://127.0.0.1:${port}`
}

/** The demo's identity provider, webhook and sign-out are at a loopback address over http. */
function allowDemo(config: Config, port: number): Config {
  return { ...config, allowPrivateNetwork: [...config.allowPrivateNetwork, demoOrigin(port)] }
}

async function announceDemo(
  { publicUrl }: Config,
  readyFile: ReadyFile,
  demo: Demo,
  hostKey: string,
): Promise<void> {
  await readyFile.write({
    url: publicUrl,
    workspaces: demo.workspaces.map(({ slug, id, scim, sso }) => ({
      slug,
      id,
      scim: { baseUrl: scim.baseUrl, token: scim.token },
      sso,
    })),
    hostApi: { baseUrl: `${publicUrl}/host/v1`, key: hostKey },
  })
}
