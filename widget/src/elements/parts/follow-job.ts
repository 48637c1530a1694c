import { toApiError } from '../../api/api-error.ts'
import { ask } from '../../api/ask.ts'
import type { TeamApi } from '../../api/team-api.ts'
import type { Job } from '../../contract/index.ts'

const PAUSE_MS = 800

/** Whether nothing more will be done. */
export function isOver({ state }: Job): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}

/** Reads a job until it is over; an interruption of the line is waited out. */
export async function followJob(
  api: TeamApi,
  job: Job,
  signal: AbortSignal,
  onProgress: (job: Job) => void,
): Promise<Job> {
  let current = job
  onProgress(current)
  while (!isOver(current)) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    signal.throwIfAborted()
    try {
      current = await ask<Job>(api, 'GET', `jobs/${encodeURIComponent(job.id)}`, { signal })
      onProgress(current)
    } catch (cause) {
      signal.throwIfAborted()
      const { kind } = toApiError(cause)
      if (kind !== 'unreachable' && kind !== 'busy') throw cause
    }
  }
  return current
}
