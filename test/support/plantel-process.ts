import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export { findFreePort } from '@plantel/db/testing'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** What a demo start writes to `<data>/demo.json`. */
export interface DemoFile {
  url: string
  workspaces: { slug: string; id: string; scim: { baseUrl: string; token: string } }[]
  hostApi: { baseUrl: string; key: string }
}

/** Plantel as an operator runs it: a process of its own. */
export interface PlantelProcess {
  /** Where this replica itself listens, whatever its public URL. */
  listenUrl: string
  folder: string
  processId: number
  /** Ends it; `SIGKILL` as a power cut would. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** What it holds of memory; Linux only. */
  residentBytes(): Promise<number>
}

/** Everything on standard output and error, for the message of a test that failed. */
class Output {
  text = ''

  listen(child: ChildProcess): void {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.text += chunk.toString()))
    }
  }
}

/** Starts `plantel start` in `folder` and resolves when `/readyz` answers. */
export async function startPlantel(
  folder: string,
  port: number,
  environment: Record<string, string> = {},
): Promise<PlantelProcess> {
  const output = new Output()
  const child = spawn(
    process.execPath,
    ['--conditions=plantel:source', path.join(repository, 'app/src/cli.ts'), 'start'],
    {
      cwd: repository,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        PORT: String(port),
        PLANTEL_DATA: folder,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  output.listen(child)
  const ended = once(child, 'exit')
  const listenUrl = `http://localhost:${port}`
  await waitUntilReady(child, `${listenUrl}/readyz`, output)
  return {
    listenUrl,
    folder,
    processId: child.pid ?? 0,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      await ended
    },
    async residentBytes() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024
    },
  }
}

async function waitUntilReady(child: ChildProcess, url: string, output: Output): Promise<void> {
  const deadline = performance.now() + 240_000
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`Plantel did not start:\n${output.text}`)
    const response = await fetch(url).catch(() => undefined)
    if (response?.status === 200) return
    await delay(100)
  }
  child.kill('SIGKILL')
  throw new Error(`Plantel was not ready in time:\n${output.text}`)
}

/** Waits for it: it is written once all is ready, just after `/readyz` says so. */
export async function readDemoFile(folder: string): Promise<DemoFile> {
  const file = path.join(folder, 'demo.json')
  const deadline = performance.now() + 60_000
  while (!existsSync(file) && performance.now() < deadline) await delay(20)
  return JSON.parse(await readFile(file, 'utf8')) as DemoFile
}

/** An empty data folder and the function that removes it. */
export async function createDataFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plantel-e2e-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
