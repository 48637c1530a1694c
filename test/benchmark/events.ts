import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import { inWorkspace } from '@plantel/db'

import { entraUser, sendScim } from '../support/scim-client.ts'
import { describeMachine } from './benchmark-database.ts'
import { openStreams } from './event-streams.ts'
import { type EventsBench, startEventsBench } from './events-bench.ts'
import { LoadConnection } from './http-load.ts'

const seconds = Number(process.env['BENCH_SECONDS'] ?? 10)
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)
const queued = 10_000
const actor = { kind: 'system', id: null, requestId: 'benchmark' } as const
const streamCount = Number(process.env['BENCH_STREAMS'] ?? 5_000)
const changesPerSecond = 200

/** How soon and how many: webhooks, event streams, and what history and events cost. */
export async function benchEvents(): Promise<void> {
  const bench = await startEventsBench()
  try {
    console.info(`${await describeMachine(bench.db)}\n`)
    await benchLatency(bench)
    await benchQueue(bench, 1)
    await benchStreams(bench)
    await benchCost(bench)
    await bench.startReplica()
    await benchQueue(bench, 2)
  } finally {
    await bench.stop()
  }
}

function report(what: string, bar: string, found: string, isReached: boolean): void {
  console.info(`${what.padEnd(58)} ${bar.padEnd(12)} ${found}${isReached ? '' : '  MISSED'}`)
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

async function makeUser({ scim }: EventsBench): Promise<string> {
  const name = `${randomUUID()}@acme.example`
  const { status, body } = await sendScim(scim, 'POST', '/Users', entraUser(name, 'B', name))
  if (status !== 201) throw new Error(`POST /Users answered ${status}`)
  return String(body['id'])
}

async function until(isDone: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 120_000
  while (!isDone()) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen in two minutes.`)
    await delay(1)
  }
}

/** From the request that adds somebody to a group until the receiver hears of their new access. */
async function benchLatency(bench: EventsBench): Promise<void> {
  const { scim, arrivals, host, workspaceId } = bench
  const group = await sendScim(scim, 'POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Managers',
  })
  const when = { kind: 'group', group: { displayName: 'Managers' } }
  const connectionId = scim.baseUrl.split('/').at(-1)
  const rules = [{ when, role: 'manager' }]
  await host('PUT', `/workspaces/${workspaceId}/mapping-rules`, { connectionId, rules })
  const latencies: number[] = []
  for (let turn = 0; turn < 100; turn += 1) {
    const userId = await makeUser(bench)
    await delay(50)
    const known = arrivals.length
    const started = performance.now()
    await sendScim(scim, 'PATCH', `/Groups/${String(group.body['id'])}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'add', path: 'members', value: [{ value: userId }] }],
    })
    const heard = (): (typeof arrivals)[number] | undefined =>
      arrivals.slice(known).find(({ type }) => type === 'member.access_changed')
    await until(() => heard() !== undefined, 'a webhook')
    latencies.push((heard()?.at ?? Number.NaN) - started)
  }
  const median = percentile(latencies, 0.5)
  report(
    'SCIM membership change to webhook receiver, p50',
    '≤ 100 ms',
    `${median.toFixed(0)} ms (p95 ${percentile(latencies, 0.95).toFixed(0)} ms)`,
    median <= 100,
  )
}

/** Events that waited while the endpoint was disabled. */
async function benchQueue(bench: EventsBench, replicas: 1 | 2): Promise<void> {
  const { arrivals, host, db, workspaceId } = bench
  const { endpoints } = (await host('GET', '/webhook-endpoints')) as {
    endpoints: { id: string }[]
  }
  const path = `/webhook-endpoints/${endpoints[0]?.id}`
  await host('PATCH', path, { enabled: false })
  // A turn that had begun is over by then.
  await delay(1_000)
  await insertEvents(bench, queued, 500)
  await db.pool.query('select sequence_events(100000)')
  const { rows } = await db.pool.query<{ id: string }>(
    `select 'evt_' || position as id from events where workspace_id = $1 and type = 'member.changed'
     order by position desc limit ${queued}`,
    [workspaceId],
  )
  const wanted = new Set(rows.map(({ id }) => id))
  arrivals.length = 0
  await host('PATCH', path, { enabled: true })
  await until(() => arrivals.length > 0, 'the first delivery')
  // From there on: when Plantel looks again is another matter.
  const started = arrivals[0]?.at ?? Number.NaN
  await until(() => {
    if (arrivals.length < queued) return false
    const heard = new Set(arrivals.map(({ id }) => id))
    return [...wanted].every((id) => heard.has(id))
  }, 'the delivery of what was queued')
  const rate = queued / ((performance.now() - started) / 1_000)
  const wrong = countOutOfOrder(bench)
  // Two share the cores of one: what they must show is the order.
  report(
    `${queued} queued events to the receiver, replicas: ${replicas}`,
    replicas === 1 ? '≥ 500/s' : 'in order',
    `${rate.toFixed(0)}/s, ${wrong} out of order per member`,
    (replicas === 2 || rate >= 500) && wrong === 0,
  )
}

/** Events of many members in turns, as bare as they can be. */
async function insertEvents(
  { db, workspaceId }: EventsBench,
  count: number,
  members: number,
): Promise<void> {
  await db.pool.query(
    `with people as (select array_agg(gen_random_uuid()) as ids from generate_series(1, $3::int))
     insert into outbox (workspace_id, type, member_id, payload, request_id)
     select $1, 'member.changed', ids[1 + n % $3], jsonb_build_object('member', jsonb_build_object('id', ids[1 + n % $3])),
       'benchmark'
     from people, generate_series(1, $2::int) n order by n`,
    [workspaceId, count, members],
  )
}

function countOutOfOrder({ arrivals }: EventsBench): number {
  const newest = new Map<string, number>()
  const seen = new Set<string>()
  let wrong = 0
  for (const { id, memberId } of arrivals) {
    const position = Number(id.replace('evt_', ''))
    const last = newest.get(memberId) ?? 0
    if (!seen.has(id) && position < last) wrong += 1
    seen.add(id)
    newest.set(memberId, Math.max(position, last))
  }
  return wrong
}

/** Changes of members while thousands of widgets follow them. */
async function benchStreams(bench: EventsBench): Promise<void> {
  const { host, workspaceId, db } = bench
  const { rows } = await db.pool.query<{ id: string }>(
    `select id from members where workspace_id = $1 and state = 'active' order by id limit 100`,
    [workspaceId],
  )
  const people = rows.map(({ id }) => id)
  while (people.length * 20 < streamCount) {
    await makeUser(bench)
    const { rows: more } = await db.pool.query<{ id: string }>(
      `select id from members where workspace_id = $1 and state = 'active' order by id`,
      [workspaceId],
    )
    people.splice(0, people.length, ...more.map(({ id }) => id))
  }
  const tokens = await Promise.all(
    people.slice(0, Math.ceil(streamCount / 20)).map(async (member) => {
      const { token } = await host('POST', '/widget-tokens', { workspace: workspaceId, member })
      return String(token)
    }),
  )
  const before = await bench.residentBytes()
  const streams = await openStreams(bench.url, tokens, streamCount)
  await delay(2_000)
  const opened = await bench.residentBytes()
  const perStream = (opened - before) / streamCount / 1_024
  const changed = new Map<string, number>()
  const latencies: number[] = []
  streams.onMember((memberId) => {
    const at = changed.get(memberId)
    if (at !== undefined) latencies.push(performance.now() - at)
  })
  const ending = performance.now() + seconds * 1_000
  while (performance.now() < ending) {
    const next = performance.now() + 50
    const ids = Array.from({ length: changesPerSecond / 20 }, () => randomUUID())
    for (const id of ids) changed.set(id, performance.now())
    await inWorkspace(db.database, workspaceId, actor, ({ query }) =>
      query
        .insertInto('outbox')
        .values(
          ids.map((id) => ({
            workspace_id: workspaceId,
            type: 'member.changed',
            member_id: id,
            payload: '{"member": {}}',
            request_id: 'benchmark',
          })),
        )
        .execute(),
    )
    await delay(Math.max(0, next - performance.now()))
  }
  await delay(2_000)
  const p95 = percentile(latencies, 0.95)
  report(
    `${streamCount} open streams, ${changesPerSecond} changes/s, p95 to the stream`,
    '≤ 500 ms',
    `${p95.toFixed(0)} ms of ${latencies.length} messages`,
    p95 <= 500 && latencies.length >= streams.watched * changed.size * 0.99,
  )
  report('memory per open stream', '≤ 30 kB', `${perStream.toFixed(1)} kB`, perStream <= 30)
  streams.close()
}

/** `POST /Users` in turns with history and events, and with triggers that throw their rows away. */
async function benchCost(bench: EventsBench): Promise<void> {
  const { db, host } = bench
  const { endpoints } = (await host('GET', '/webhook-endpoints')) as {
    endpoints: { id: string }[]
  }
  // What is delivered is measured elsewhere.
  const path = `/webhook-endpoints/${endpoints[0]?.id}`
  await host('PATCH', path, { enabled: false })
  await db.pool.query(`
    create or replace function drop_row() returns trigger language plpgsql as 'begin return null; end';
    create trigger audit_off before insert on audit_entries for each row execute function drop_row();
    create trigger events_off before insert on outbox for each row execute function drop_row();
    alter table audit_entries disable trigger audit_off;
    alter table outbox disable trigger events_off`)
  const rates = { on: [] as number[], off: [] as number[] }
  await createUsers(bench, 2)
  // As autovacuum does within the first minute: until then plans are for empty tables, and tell nothing of history.
  await db.pool.query('vacuum analyze')
  for (let round = 0; round < rounds; round += 1) {
    for (const mode of ['on', 'off'] as const) {
      const word = mode === 'on' ? 'disable' : 'enable'
      await db.pool.query(
        `alter table audit_entries ${word} trigger audit_off; alter table outbox ${word} trigger events_off`,
      )
      rates[mode].push(await createUsers(bench, seconds / 2))
    }
  }
  await db.pool.query(
    'drop trigger audit_off on audit_entries; drop trigger events_off on outbox; drop function drop_row()',
  )
  await host('PATCH', path, { enabled: true })
  const ratio = percentile(rates.on, 0.5) / percentile(rates.off, 0.5)
  report(
    'POST /Users with history and events beside without',
    '≥ 0.8',
    `${ratio.toFixed(2)} (${percentile(rates.on, 0.5).toFixed(0)}/s, ${percentile(rates.off, 0.5).toFixed(0)}/s)`,
    ratio >= 0.8,
  )
}

/** Requests a second over 16 connections. */
async function createUsers({ scim }: EventsBench, forSeconds: number): Promise<number> {
  const ending = performance.now() + forSeconds * 1_000
  let count = 0
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      const connection = new LoadConnection(scim.baseUrl)
      while (performance.now() < ending) {
        const name = `${randomUUID()}@acme.example`
        const { status } = await connection.send({
          method: 'POST',
          url: `${scim.baseUrl}/Users`,
          headers: {
            authorization: `Bearer ${scim.token}`,
            'content-type': 'application/scim+json',
          },
          body: JSON.stringify(entraUser(name, 'B', name)),
        })
        if (status !== 201) throw new Error(`POST /Users answered ${status}`)
        count += 1
      }
      connection.close()
    }),
  )
  return count / forSeconds
}
