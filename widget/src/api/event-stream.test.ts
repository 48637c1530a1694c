import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { StreamRequest } from '../contract/index.ts'
import { ApiError } from './api-error.ts'
import { followEventStream, type LiveMessage } from './event-stream.ts'

type Opening = { text: string; finally?: 'end' | 'break' | 'stay' } | ApiError

const ready = 'data: {"type":"ready"}\n\n'
const change = (id: number): string =>
  `id: ${id}\ndata: {"type":"members.changed","memberIds":["m${id}"]}\n\n`

let stop = new AbortController()

beforeEach(() => {
  vi.useFakeTimers()
  stop = new AbortController()
})
afterEach(() => {
  stop.abort()
  vi.useRealTimers()
})

const visible = ['ana']

/** Follows a server that answers its openings in turn; the last answer is repeated. */
function follow(...openings: Opening[]): {
  heard: LiveMessage[]
  requests: StreamRequest[]
  finished: Promise<void>
} {
  const heard: LiveMessage[] = []
  const requests: StreamRequest[] = []
  const finished = followEventStream(
    {
      openEventStream: async (request, signal) => {
        const opening = openings[requests.length] ?? openings.at(-1)
        requests.push(request)
        if (opening === undefined || opening instanceof Error) throw opening ?? new Error('none')
        const { text, finally: last = 'stay' } = opening
        return new ReadableStream({
          start(stream) {
            stream.enqueue(new TextEncoder().encode(text))
            signal.addEventListener('abort', () => stream.error(signal.reason))
            if (last === 'end') stream.close()
          },
          pull(stream) {
            if (last === 'break') stream.error(new TypeError('network error'))
          },
        })
      },
    },
    (message) => heard.push(message),
    stop.signal,
    { cursor: undefined, visible },
  )
  return { heard, requests, finished }
}

test('messages arrive in order, and the first stream says that something may have been missed', async () => {
  const { heard } = follow({ text: ready + change(1) })
  await vi.advanceTimersByTimeAsync(10)
  expect(heard).toEqual([
    { type: 'ready' },
    { type: 'gap' },
    { type: 'members.changed', memberIds: ['m1'] },
  ])
})

test('a stream that ends is opened again after the last message, without a gap', async () => {
  const { heard, requests } = follow(
    { text: ready + change(1), finally: 'end' },
    { text: ready + change(2) },
  )
  await vi.advanceTimersByTimeAsync(2000)
  expect(requests).toEqual([{ visible }, { cursor: '1', visible }])
  expect(heard.filter(({ type }) => type === 'gap')).toHaveLength(1)
  expect(heard.at(-1)).toEqual({ type: 'members.changed', memberIds: ['m2'] })
})

test('a stream that breaks is opened again', async () => {
  const { requests } = follow({ text: ready, finally: 'break' }, { text: ready })
  await vi.advanceTimersByTimeAsync(2000)
  expect(requests).toHaveLength(2)
})

test('the pauses between attempts grow', async () => {
  const { requests } = follow(new ApiError('unavailable'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(requests.length).toBeGreaterThan(4)
  expect(requests.length).toBeLessThan(16)
})

test('a cursor that the server doesn’t know starts over and reports the gap', async () => {
  const { heard, requests } = follow(
    { text: ready + change(1), finally: 'end' },
    new ApiError('invalid-request'),
    { text: ready },
  )
  await vi.advanceTimersByTimeAsync(5000)
  expect(requests).toEqual([{ visible }, { cursor: '1', visible }, { visible }])
  expect(heard.at(-1)).toEqual({ type: 'gap' })
})

test('a silent connection is taken for dead', async () => {
  const { requests } = follow({ text: ready })
  await vi.advanceTimersByTimeAsync(70_000)
  expect(requests).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(requests).toHaveLength(2)
})

test('when the browser is online again nobody waits', async () => {
  const { requests } = follow(new ApiError('unreachable'))
  await vi.advanceTimersByTimeAsync(10_000)
  const before = requests.length
  dispatchEvent(new Event('online'))
  await vi.advanceTimersByTimeAsync(1)
  expect(requests).toHaveLength(before + 1)
})

test.each(['auth-required', 'forbidden'] as const)('%s ends it', async (code) => {
  const { requests, finished } = follow(new ApiError(code))
  await vi.advanceTimersByTimeAsync(60_000)
  await finished
  expect(requests).toHaveLength(1)
})

test('nothing goes on after it is stopped', async () => {
  const { requests, finished } = follow({ text: ready })
  await vi.advanceTimersByTimeAsync(10)
  stop.abort()
  await finished
  await vi.advanceTimersByTimeAsync(120_000)
  expect(requests).toHaveLength(1)
})
