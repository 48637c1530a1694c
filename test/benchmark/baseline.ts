import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What the bare server is told: whose rows it reads and writes, and the base URL that its answers name. */
export interface BaselineInput {
  databaseUrl: string
  workspaceId: string
  connectionId: string
  baseUrl: string
}

/** The bare server in a process of its own, as Plantel is: neither shares a core with the load more than the other. */
export async function startBaseline(
  input: BaselineInput,
): Promise<{ url: string; processId: number; stop: () => void }> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=plantel:source',
      fileURLToPath(new URL('./baseline-server.ts', import.meta.url)),
      JSON.stringify(input),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: line.toString().trim(), processId: child.pid ?? 0, stop: () => void child.kill() }
}
