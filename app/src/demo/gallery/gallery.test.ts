import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

import express from 'express'
import { expect, it } from 'vitest'

import { galleryStates } from './gallery-page.ts'
import { createGalleryRoutes, teamPath } from './gallery-routes.ts'

it('has a place for every state, over a team that needs no server', async () => {
  const routes = createGalleryRoutes('http://localhost:3000')
  const server = express().use(routes).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const page = await fetch(`${url}/gallery?lang=es`)
  const text = await page.text()
  expect(page.headers.get('content-security-policy')).toContain(
    "script-src 'self' http://localhost:3000",
  )
  for (const state of Object.keys(galleryStates)) expect(text).toContain(`data-state="${state}"`)
  const team = await fetch(`${url}${teamPath}`)
  expect([team.status, team.headers.get('content-type')]).toEqual([
    200,
    'text/javascript; charset=utf-8',
  ])
  const module = await team.text()
  for (const name of ['InMemoryTeamApi', 'everyScreen', 'openScreen'])
    expect(module).toContain(name)
  server.close()
})
