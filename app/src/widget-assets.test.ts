import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

import express from 'express'
import { expect, it } from 'vitest'

import { createLogger } from './logger.ts'
import { createWidgetAssets, readWidgetBundle } from './widget-assets.ts'
import { importMapOf, readWidgetRelease } from './widget-release.ts'

it('says what to run when the widget has not been built, to the log and to whoever asks', async () => {
  const lines: string[] = []
  const log = createLogger('info', { write: (line: string) => void lines.push(line) })
  const bundle = { version: '1.0.0', problem: 'Build the widget first.' }
  const server = express()
    .use('/widget', createWidgetAssets(bundle, 'https://plantel.example', log))
    .listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/widget/remoteEntry.js`)
  expect(response.status).toBe(503)
  expect(await response.text()).toBe('Build the widget first.\n')
  expect(lines.join('')).toContain('Build the widget first.')
  server.close()
})

it('names every file of a build and what it must be, and another build differently', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'widget-'))
  mkdirSync(path.join(folder, 'chunks'))
  const write = (file: string, text: string): void => writeFileSync(path.join(folder, file), text)
  write('team-widget.js', 'export {}')
  write('team-widget.js.br', '…')
  write('chunks/es-12345678.js', 'export const a = 1')
  const release = readWidgetRelease(folder, '1.2.0')
  const map = importMapOf(release, 'https://plantel.example')
  const base = `https://plantel.example/widget/${release.path}`
  expect(release.path).toMatch(/^1\.2\.0-[\da-f]{12}$/)
  expect(map.imports).toEqual({ '@plantel/widget': `${base}/team-widget.js` })
  expect(map.integrity).toEqual({
    [`${base}/team-widget.js`]:
      'sha384-VVxCXcxpOv0nZ/0YpxpNmvOMf1L1Hb6UQplg7as60Q+OX5995JTMkCby7S/OIk9s',
    [`${base}/chunks/es-12345678.js`]: expect.stringMatching(/^sha384-[\w+/]{64}$/),
  })
  write('chunks/es-12345678.js', 'export const a = 2')
  expect(readWidgetRelease(folder, '1.2.0').path).not.toBe(release.path)
  rmSync(folder, { recursive: true })
})

it('lets browsers keep what has a hash in its name, and asks for the rest anew', async () => {
  const bundle = readWidgetBundle()
  expect(bundle.problem).toBeUndefined()
  const log = createLogger('silent')
  const assets = createWidgetAssets(bundle, 'https://plantel.example', log)
  const server = express().use('/widget', assets).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const base = `http://127.0.0.1:${port}/widget`
  const map = (await (await fetch(`${base}/importmap.json`)).json()) as {
    integrity: Record<string, string>
  }
  const chunks = Object.keys(map.integrity).filter((url) => url.includes('/chunks/'))
  expect(chunks.length).toBeGreaterThan(5)
  const lifetime = async (path: string): Promise<string | null> =>
    (await fetch(`${base}/${bundle.version}/${path}`)).headers.get('cache-control')
  for (const chunk of chunks) {
    expect(await lifetime(chunk.slice(chunk.indexOf('chunks/')))).toContain('immutable')
  }
  expect(await lifetime('team-widget.js')).toBe('no-cache')
  server.close()
})
