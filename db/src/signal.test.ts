import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { splitPayloads } from './postgres-signals.ts'
import { createSignalHub } from './signal.ts'

describe('createSignalHub', () => {
  it('tells listeners and the broadcast about many sends at once', async () => {
    const heard: string[][] = []
    const broadcast: string[][] = []
    const hub = createSignalHub((ids) => broadcast.push([...ids]))
    hub.listen((ids) => heard.push([...ids]))
    for (const id of ['a', 'b', 'a']) hub.send(id)
    await delay(40)
    expect(heard).toEqual([['a', 'b']])
    expect(broadcast).toEqual([['a', 'b']])
    hub.close()
  })

  it('speaks no more than 40 times a second, however often it is asked', async () => {
    let times = 0
    const hub = createSignalHub()
    hub.listen(() => (times += 1))
    const start = performance.now()
    while (performance.now() - start < 500) {
      hub.send('a')
      await delay(1)
    }
    const seconds = (performance.now() - start) / 1000
    expect(times).toBeGreaterThan(1)
    expect(times).toBeLessThanOrEqual(seconds * 40 + 2)
    hub.close()
  })

  it('delivers what is waiting when it closes, and nothing after', async () => {
    const heard: string[][] = []
    const hub = createSignalHub((ids) => heard.push([...ids]))
    hub.send('a')
    hub.close()
    hub.send('b')
    await delay(40)
    expect(heard).toEqual([['a']])
  })

  it('no longer tells a listener that stopped, even if the same function listens twice', async () => {
    let times = 0
    const listener = (): void => void (times += 1)
    const hub = createSignalHub()
    const stop = hub.listen(listener)
    hub.listen(listener)
    stop()
    hub.send('a')
    await delay(40)
    expect(times).toBe(1)
    hub.close()
  })
})

describe('splitPayloads', () => {
  it('keeps every payload below the 8,000 bytes that NOTIFY accepts, and loses no id', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `${index}`.padStart(36, 'é'))
    const payloads = splitPayloads(ids)
    expect(Math.max(...payloads.map((payload) => Buffer.byteLength(payload)))).toBeLessThan(8_000)
    expect(payloads.flatMap((payload) => payload.split(','))).toEqual(ids)
    expect(splitPayloads([])).toEqual([])
  })
})
