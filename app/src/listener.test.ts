import { findFreePort } from '@plantel/db/testing'
import { expect, it } from 'vitest'

import { listen, StartError } from './listener.ts'

it('answers on both loopback addresses for localhost, and on no other', async () => {
  const port = await findFreePort()
  const listener = await listen((_, response) => response.end('here'), 'localhost', port)
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('here')
  expect(await (await fetch(`http://localhost:${port}`)).text()).toBe('here')
  await listener.close(0)
})

it('says that a port is taken, in one line', async () => {
  const port = await findFreePort()
  const first = await listen((_, response) => response.end(), '127.0.0.1', port)
  const second = listen((_, response) => response.end(), 'localhost', port)
  await expect(second).rejects.toThrow(StartError)
  await expect(second).rejects.toThrow(new RegExp(`^Port ${port} is taken[^\n]+$`))
  await first.close(0)
})

it('lets a running request finish and takes no new one', async () => {
  const port = await findFreePort()
  const started = Promise.withResolvers<void>()
  const listener = await listen(
    (_, response) => {
      started.resolve()
      setTimeout(() => response.end('finished'), 100)
    },
    '127.0.0.1',
    port,
  )
  const running = fetch(`http://127.0.0.1:${port}`).then((response) => response.text())
  await started.promise
  const graceMs = 60_000
  const closing = listener.close(graceMs)
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow(/fetch failed/)
  expect(await running).toBe('finished')
  const finishedAt = performance.now()
  await closing
  expect(performance.now() - finishedAt).toBeLessThan(graceMs / 2)
})

it('cuts off what does not finish in time', async () => {
  const port = await findFreePort()
  const started = Promise.withResolvers<void>()
  const listener = await listen(() => started.resolve(), '127.0.0.1', port)
  const running = fetch(`http://127.0.0.1:${port}`).catch(() => 'cut off')
  await started.promise
  await listener.close(50)
  expect(await running).toBe('cut off')
})
