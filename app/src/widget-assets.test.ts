import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

import express from 'express'
import { expect, it } from 'vitest'

import { createLogger } from './logger.ts'
import { createWidgetAssets } from './widget-assets.ts'

it('says what to run when the widget has not been built, to the log and to whoever asks', async () => {
  const lines: string[] = []
  const log = createLogger('info', { write: (line: string) => void lines.push(line) })
  const bundle = { version: '1.0.0', problem: 'Build the widget first.' }
  const server = express().use('/widget', createWidgetAssets(bundle, log)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/widget/remoteEntry.js`)
  expect(response.status).toBe(503)
  expect(await response.text()).toBe('Build the widget first.\n')
  expect(lines.join('')).toContain('Build the widget first.')
  server.close()
})
