import { setTimeout as delay } from 'node:timers/promises'

import { createId, inInstallation } from '@plantel/db'
import { createHostKey } from '@plantel/team'

import { describeMachine } from './benchmark-database.ts'
import type { Contestant } from './compare.ts'
import { type ScimBench, startScimBench } from './scim-bench.ts'
import { p95Of, startTraffic, type Traffic } from './traffic.ts'

const limits = { previewMs: 5_000, applyMs: 20_000, p95: 2 }

/**
 * A rule that concerns everybody of a large workspace: its preview, and its apply until the last has what it gives, while
 * people and the directory go on asking. Read the times on two cores, and what the others' p95 is to that before.
 */
export async function benchTeamMapping(): Promise<void> {
  const members = Number(process.env['BENCH_MEMBERS'] ?? 100_000)
  const seconds = Number(process.env['BENCH_SECONDS'] ?? 3) * 3
  const bench = await startScimBench(members)
  try {
    console.info(await describeMachine(bench.db))
    const groupId = await putAllInOneGroup(bench)
    await firstChoresDone(bench)
    const host = await createHost(bench)
    const traffic = startTraffic(others(bench), 20)
    await delay(seconds * 1_000)
    // A machine that others use is now faster and now slower: calm is looked at before each of them, and taken together.
    const calm: number[] = []
    const measured = new Map<string, Measured>()
    const measure = async (
      name: string,
      limitMs: number,
      work: () => Promise<unknown>,
    ): Promise<void> => {
      traffic.take()
      await delay(seconds * 1_000)
      calm.push(...traffic.take())
      measured.set(name, await measureBeside(bench, traffic, { limitMs, work }))
    }
    const byGroup = { when: { kind: 'group', group: { id: groupId } }, role: 'agent' }
    const byName = { when: { kind: 'group-pattern', pattern: '^(?<department>.+)-(?<role>.+)$' } }
    const byValue = {
      when: { kind: 'attribute', attribute: 'title', operator: 'any' },
      role: 'agent',
    }
    let hash = ''
    for (const [kind, rule] of [
      ['a name pattern', byName],
      ['an attribute', byValue],
      ['a group', byGroup],
    ] as const) {
      await measure(`preview of a rule by ${kind}`, limits.previewMs, async () => {
        hash = String((await host('POST', '/mapping-rules/preview', rulesOf(bench, rule)))['hash'])
      })
    }
    await measure('apply of it, to the last member', limits.applyMs, async () => {
      const saved = await host('PUT', '/mapping-rules', {
        ...rulesOf(bench, byGroup),
        previewHash: hash,
      })
      await waitForJob(host, String(saved['jobId']))
    })
    await traffic.stop()
    const calmP95 = p95Of(calm)
    console.info(
      `${members} members whom the rule concerns; others' p95 before: ${calmP95.toFixed(1)} ms`,
    )
    console.table(
      Object.fromEntries([...measured].map(([name, each]) => [name, rowOf(each, calmP95)])),
    )
  } finally {
    await bench.stop()
  }
}

interface Measured {
  limitMs: number
  tookMs: number
  /** Of the others, meanwhile. */
  p95: number
  /** Milliseconds of processor time. */
  used: { server: number; database: number }
  bytes: { before: number; peak: number }
}

async function measureBeside(
  bench: ScimBench,
  traffic: Traffic,
  { limitMs, work }: { limitMs: number; work: () => Promise<unknown> },
): Promise<Measured> {
  const before = await bench.residentBytes()
  let peak = before
  const watch = setInterval(() => {
    void bench.residentBytes().then((bytes) => (peak = Math.max(peak, bytes)))
  }, 100)
  const usedSince = await bench.cpu.ours()
  traffic.take()
  const started = performance.now()
  await work()
  const tookMs = performance.now() - started
  const p95 = p95Of(traffic.take())
  const used = await usedSince()
  clearInterval(watch)
  return { limitMs, tookMs, p95, used, bytes: { before, peak } }
}

function rowOf(
  { limitMs, tookMs, p95, used, bytes }: Measured,
  calmP95: number,
): Record<string, string> {
  const isKind = p95 <= calmP95 * limits.p95
  return {
    time: `${seconds(tookMs)} s`,
    bar: `${tookMs <= limitMs ? 'reached' : 'missed'} (${limitMs / 1_000} s)`,
    "others' p95": `${p95.toFixed(1)} ms, ${(p95 / calmP95).toFixed(1)} × ${isKind ? 'reached' : 'missed'} (2)`,
    processor: `${seconds(used.server)} s + ${seconds(used.database)} s in the database`,
    memory: `+${((bytes.peak - bytes.before) / 2 ** 20).toFixed(0)} MiB on ${(bytes.before / 2 ** 20).toFixed(0)}`,
  }
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1)
}

type HostCall = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>

async function createHost({ db, scim, workspaceId }: ScimBench): Promise<HostCall> {
  const { rows } = await db.pool.query<{ host_id: string }>(
    'select host_id from workspaces where id = $1',
    [workspaceId],
  )
  const { plainKey } = await inInstallation(db.database, (query) =>
    createHostKey(query, rows[0]?.host_id ?? '', { name: 'benchmark' }),
  )
  const { origin } = new URL(scim.baseUrl)
  return async (method, path, body) => {
    const response = await fetch(`${origin}/host/v1/workspaces/${workspaceId}${path}`, {
      method,
      headers: { authorization: `Bearer ${plainKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
    return answer
  }
}

function rulesOf(bench: ScimBench, rule: object): { connectionId: string; rules: object[] } {
  return { connectionId: bench.connectionId, rules: [rule] }
}

/** As if the directory had pushed a group of the whole company. */
async function putAllInOneGroup({ db, workspaceId, connectionId }: ScimBench): Promise<string> {
  const id = createId()
  await db.pool.query(
    `insert into directory_groups (workspace_id, connection_id, id, display_name, display_key, resource, member_count)
     select $1, $2, $3, 'Sales-agent', 'sales-agent', '{}', count(*) from directory_users`,
    [workspaceId, connectionId, id],
  )
  await db.pool.query(
    `insert into directory_group_members (workspace_id, group_id, user_id)
     select workspace_id, $1, id from directory_users`,
    [id],
  )
  await db.pool.query(
    `update directory_users set resource = resource || '{"title": "Agent"}' where resource->>'title' is null`,
  )
  // Members follow their directory: what others change meanwhile is not this.
  await db.pool.query(`update members set job_title = 'Agent' where directory_user_id is not null`)
  await db.pool.query('vacuum analyze')
  return id
}

/** A minute after its start the server looks at everybody's access, once a day: that is not what is measured. */
async function firstChoresDone({ db, workspaceId, cpu }: ScimBench): Promise<void> {
  for (;;) {
    const usedSince = await cpu.ours()
    await delay(1_000)
    const { rows } = await db.pool.query<{ begun: boolean }>(
      `select access_checked_at is not null as begun from workspaces where id = $1`,
      [workspaceId],
    )
    if (rows[0]?.begun === true && (await usedSince()).server < 100) return
  }
}

/** A directory that looks people up and changes them. */
function others({ scim, dataset }: ScimBench): Contestant[] {
  const headers = {
    authorization: `Bearer ${scim.token}`,
    'content-type': 'application/scim+json',
  }
  const user = (): string => dataset.user(Math.floor(Math.random() * dataset.size)).id
  let count = 0
  return [
    {
      name: 'GET /Users/{id}',
      expectedStatus: 200,
      next: () => ({ method: 'GET', url: `${scim.baseUrl}/Users/${user()}`, headers }),
    },
    {
      name: 'PATCH /Users/{id}',
      expectedStatus: 200,
      next: () => ({
        method: 'PATCH',
        url: `${scim.baseUrl}/Users/${user()}`,
        headers,
        body: JSON.stringify({
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'replace', path: 'nickName', value: `Nick ${(count += 1)}` }],
        }),
      }),
    },
    {
      name: 'GET /Users?filter=userName eq',
      expectedStatus: 200,
      next: () => {
        const { userName } = dataset.user(Math.floor(Math.random() * dataset.size))
        const filter = encodeURIComponent(`userName eq "${userName}"`)
        return { method: 'GET', url: `${scim.baseUrl}/Users?filter=${filter}`, headers }
      },
    },
  ]
}

async function waitForJob(host: HostCall, jobId: string): Promise<void> {
  for (;;) {
    const { state } = await host('GET', `/jobs/${jobId}`)
    if (state === 'done') return
    if (state !== 'queued' && state !== 'running') throw new Error(`the job is ${String(state)}`)
    await delay(100)
  }
}
