import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { createReadLog, type LoggedRead, type ReadLogEntry } from './read-log.ts'

function read(change: Partial<LoggedRead> = {}): LoggedRead {
  return {
    workspaceId: 'acme',
    connectionId: 'okta',
    requestId: 'first',
    method: 'GET',
    path: '/Users',
    resourceId: undefined,
    parameters: { filter: 'userName eq "ana@acme.example"', startIndex: '1' },
    status: 200,
    durationMs: 1,
    ...change,
  }
}

type Batch = readonly [workspaceId: string, entries: readonly ReadLogEntry[]]

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('alike reads are one entry without values, soon after the first and then every ten seconds', async () => {
  const batches: Batch[] = []
  const log = createReadLog({
    write: (...batch) => Promise.resolve(void batches.push(batch)),
    report: () => {},
  })
  log.note(read())
  await vi.advanceTimersByTimeAsync(1_000)
  expect(batches).toMatchObject([
    ['acme', [{ id: 'first', times: 1, path: '/Users?filter=userName eq "…"&startIndex=1' }]],
  ])
  const parameters = { filter: 'userName eq "bea\\"x"', startIndex: '2' }
  log.note(read({ requestId: 'second', durationMs: 5 }))
  await vi.advanceTimersByTimeAsync(1_000)
  log.note(read({ parameters }))
  const occurredAt = new Date()
  log.note(read({ parameters: { filter: 'title eq "x"' } }))
  for (const cursor of ['a', 'b']) {
    log.note(read({ method: 'POST', parameters: { filter: 'title eq "x"', cursor } }))
  }
  log.note(read({ workspaceId: 'beta', connectionId: 'entra' }))
  await vi.advanceTimersByTimeAsync(7_000)
  expect(batches).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(batches.slice(1)).toMatchObject([
    [
      'acme',
      [
        {
          id: 'second',
          times: 2,
          durationMs: 5,
          occurredAt,
          path: '/Users?filter=userName eq "…"',
        },
        { times: 1, path: '/Users?filter=title eq "…"' },
        { method: 'POST', times: 2, path: '/Users?filter=title eq "…"' },
      ],
    ],
    ['beta', [{ connectionId: 'entra', times: 1 }]],
  ])
  await log.close()
})

test('what differs in nothing but the end of a very long query is alike', async () => {
  const batches: Batch[] = []
  const log = createReadLog({
    write: (...batch) => Promise.resolve(void batches.push(batch)),
    report: () => {},
  })
  const attributes = 'title,'.repeat(200)
  for (const last of ['emails', 'phoneNumbers']) {
    log.note(read({ parameters: { attributes: attributes + last } }))
  }
  await log.close()
  expect(batches).toMatchObject([['acme', [{ times: 2 }]]])
})

test('what is read by its id is told of one, not of many', async () => {
  const batches: Batch[] = []
  const log = createReadLog({
    write: (...batch) => Promise.resolve(void batches.push(batch)),
    report: () => {},
  })
  const one = { path: '/Users/:id', parameters: {} }
  for (const resourceId of ['a', 'b']) log.note(read({ ...one, resourceId, status: 200 }))
  for (const resourceId of ['c', 'c']) log.note(read({ ...one, resourceId, status: 304 }))
  await log.close()
  expect(batches).toMatchObject([
    [
      'acme',
      [
        { path: '/Users/:id', times: 2 },
        { path: '/Users/c', times: 2, status: 304 },
      ],
    ],
  ])
})

test('while the database is away reads wait, and of too many the oldest are missing and counted', async () => {
  const batches: Batch[] = []
  const told: number[] = []
  let isAway = true
  const log = createReadLog({
    write: (...batch) => {
      if (isAway) return Promise.reject(Object.assign(new Error('away'), { code: '08006' }))
      return Promise.resolve(void batches.push(batch))
    },
    report: (missing) => told.push(missing),
  })
  for (let index = 0; index < 1_001; index += 1) log.note(read({ path: `/Users/${index}` }))
  await vi.advanceTimersByTimeAsync(500)
  expect(told).toEqual([1])
  log.note(read({ path: '/Users/1000' }))
  isAway = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told).toEqual([1])
  const entries = batches.flatMap(([, each]) => each)
  expect(entries).toHaveLength(1_000)
  expect(entries.filter(({ times }) => times > 1).map(({ path }) => path.split('?')[0])).toEqual([
    '/Users/1000',
  ])
  await log.close()
})

test('what comes while others are written waits for them, and joins those that could not be', async () => {
  const batches: Batch[] = []
  const attempts: PromiseWithResolvers<void>[] = []
  const log = createReadLog({
    write: (...batch) => {
      batches.push(batch)
      const attempt = Promise.withResolvers<void>()
      attempts.push(attempt)
      return attempt.promise
    },
    report: () => {},
  })
  const note = (status: number, resourceIds: string[], durationMs: number): void => {
    for (const resourceId of resourceIds) {
      const one = { path: '/Users/:id', parameters: {}, requestId: `${status} ${resourceId}` }
      log.note(read({ ...one, resourceId, status, durationMs }))
    }
  }
  note(200, ['a', 'b'], 9)
  note(304, ['a'], 1)
  note(404, ['a'], 1)
  note(410, ['a'], 1)
  await vi.advanceTimersByTimeAsync(1_000)
  note(200, ['a'], 2)
  note(304, ['b'], 1)
  note(404, ['a', 'b'], 1)
  note(410, ['a'], 8)
  const occurredAt = new Date()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(batches).toHaveLength(1)
  attempts[0]?.reject(Object.assign(new Error('away'), { code: '08006' }))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(batches.slice(1)).toMatchObject([
    [
      'acme',
      [
        { id: '200 a', path: '/Users/:id', status: 200, times: 3, durationMs: 9, occurredAt },
        { id: '304 a', path: '/Users/:id', status: 304, times: 2 },
        { id: '404 a', path: '/Users/:id', status: 404, times: 3 },
        { id: '410 a', path: '/Users/a', status: 410, times: 2, durationMs: 8 },
      ],
    ],
  ])
  note(200, ['c'], 1)
  attempts[1]?.resolve()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(batches.slice(2)).toMatchObject([['acme', [{ id: '200 c', times: 1 }]]])
  attempts[2]?.resolve()
  await log.close()
})

test('what can never be written is missing, and the rest is not', async () => {
  const told: number[] = []
  const tried: string[] = []
  const log = createReadLog({
    write(workspaceId) {
      tried.push(workspaceId)
      return workspaceId === 'acme' ? Promise.reject(new Error('gone')) : Promise.resolve()
    },
    report: (missing) => told.push(missing),
  })
  for (let times = 0; times < 3; times += 1) log.note(read())
  log.note(read({ workspaceId: 'beta', connectionId: 'entra' }))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(tried).toEqual(['acme', 'beta'])
  expect(told).toEqual([3])
  log.note(read())
  await log.close()
  expect(told).toEqual([3, 1])
})
