import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

import express from 'express'
import { expect, it } from 'vitest'

import { inMemoryTeamPath } from './gallery-modules.ts'
import { galleryScreens, galleryStates } from './gallery-page.ts'
import { createGalleryRoutes } from './gallery-routes.ts'

it('has a place for every state and a choice for every screen, over a team that needs no server', async () => {
  const routes = await createGalleryRoutes('http://localhost:3000')
  const server = express().use(routes).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const page = await fetch(`${url}/gallery?lang=es`)
  const text = await page.text()
  expect(page.headers.get('content-security-policy')).toContain(
    "script-src 'self' http://localhost:3000",
  )
  for (const state of Object.keys(galleryStates)) expect(text).toContain(`data-state="${state}"`)
  for (const screen of Object.keys(galleryScreens)) expect(text).toContain(`value="${screen}"`)
  const seen = new Set<string>()
  const waiting = [inMemoryTeamPath]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    const script = await fetch(`${url}${path}`)
    expect([path, script.status, script.headers.get('content-type')]).toEqual([
      path,
      200,
      'text/javascript; charset=utf-8',
    ])
    const source = await script.text()
    expect(source).not.toMatch(/^import type/m)
    for (const [, name = ''] of source.matchAll(/from '(\.[^']+)'/g)) {
      waiting.push(new URL(name, `${url}${path}`).pathname)
    }
  }
  expect(seen.size).toBeGreaterThan(3)
  expect((await fetch(`${url}/gallery/team/mount-widget.ts`)).status).toBe(404)
  server.close()
})
