import { readFile } from 'node:fs/promises'

import type { BenchmarkDatabase } from './benchmark-database.ts'

/** Milliseconds of processor time that a server and its sessions of the database have used; Linux only. */
export interface CpuTime {
  server: number
  database: number
}

/** Measures from now on: what it answers is the time since then. */
export type CpuClock = () => Promise<() => Promise<CpuTime>>

/** Of the process `serverId`, and of all sessions of the database: nobody else may be at work in it. */
export function cpuClock({ pool }: BenchmarkDatabase, serverId: number): CpuClock {
  const sessions = async (): Promise<Map<number, number>> => {
    const { rows } = await pool.query<{ pid: number }>(
      `select pid from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
    )
    return new Map(
      await Promise.all(rows.map(async ({ pid }) => [pid, await usedMs(pid)] as const)),
    )
  }
  return async () => {
    const [server, before] = await Promise.all([usedMs(serverId), sessions()])
    return async () => {
      const after = await sessions()
      // A session that ended meanwhile was idle.
      const database = [...after].reduce(
        (sum, [pid, used]) => sum + used - (before.get(pid) ?? 0),
        0,
      )
      return { server: (await usedMs(serverId)) - server, database }
    }
  }
}

/** The kernel counts in hundredths of a second; 0 for a process that is gone. */
async function usedMs(processId: number): Promise<number> {
  const stat = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10
}
