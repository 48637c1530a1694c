import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { chromiumLaunch, openBrowser, takeScreenshot } from '../support/browser.ts'
import {
  createDataFolder,
  type DemoFile,
  findFreePort,
  type PlantelProcess,
  readDemoFile,
  startPlantel,
} from '../support/plantel-process.ts'
import { findOne, oktaDeactivation, sendScim } from '../support/scim-client.ts'

const patience = { timeout: 40_000 }
const slow = { timeout: 240_000 }

/** Between Plantel and the inbox's server, which is down for as long as it is said. */
interface Way {
  origin: string
  isDown: boolean
  refused: number
  /** Where what comes in goes while it is not down. */
  target: string
  close(): Promise<void>
}

async function openWay(): Promise<Way> {
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (way.isDown) {
      way.refused += 1
      response.writeHead(503).end()
      return
    }
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      name.startsWith('webhook-') || name === 'content-type' ? [[name, String(value)]] : [],
    )
    const answer = await fetch(way.target, {
      method: 'POST',
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: Buffer.concat(chunks),
    })
    response.writeHead(answer.status).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const way: Way = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isDown: false,
    refused: 0,
    target: '',
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return way
}

describe.skipIf(chromiumLaunch === undefined)('somebody who leaves the demo inbox', () => {
  let data: { folder: string; remove: () => Promise<void> }
  let plantel: PlantelProcess
  let demo: DemoFile
  let browser: Browser
  let page: Page
  let way: Way

  beforeAll(async () => {
    data = await createDataFolder()
    way = await openWay()
    plantel = await startPlantel(data.folder, await findFreePort(), {
      PLANTEL_ALLOW_PRIVATE_NETWORK: way.origin,
    })
    demo = await readDemoFile(data.folder)
    browser = await openBrowser()
    page = await (await browser.newContext({ locale: 'en' })).newPage()
    await page.goto(`${demo.url}/demo`)
  })
  afterAll(async () => {
    await browser?.close()
    await plantel?.stop()
    await way?.close()
    await data?.remove()
  })

  const host = (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> =>
    hostApi(method, `/workspaces/${demo.workspaces[0]?.id}${path}`, body)

  async function hostApi(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Record<string, unknown>> {
    const response = await fetch(`${demo.hostApi.baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${demo.hostApi.key}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${path} answered ${response.status}`)
    return response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>)
  }

  async function departmentId(name: string): Promise<string> {
    const { departments } = await host('GET', '/departments')
    const found = (departments as { id: string; name: string }[]).find((each) => each.name === name)
    if (found === undefined) throw new Error(`There is no department ${name}.`)
    return found.id
  }

  async function assigneeOf(customer: string): Promise<string> {
    await page.goto(new URL('/inbox', page.url()).href)
    await page.getByRole('link', { name: new RegExp(customer) }).click()
    return page.locator('.assignee').innerText()
  }

  async function memberNamed(search: string): Promise<string> {
    const { members } = await host('GET', `/members?search=${search}`)
    const [found] = members as { id: string }[]
    if (found === undefined) throw new Error(`There is no ${search}.`)
    return found.id
  }

  async function deactivate(userName: string): Promise<void> {
    const scim = demo.workspaces[0]?.scim
    if (scim === undefined) throw new Error('demo.json names no workspace')
    const userId = await findOne(scim, '/Users', `userName eq "${userName}"`)
    await sendScim(scim, 'PATCH', `/Users/${userId}`, oktaDeactivation)
  }

  test('leaves their conversations to the lead or the queue, and none behind', slow, async () => {
    const sales = await departmentId('Ventas México')
    const support = await departmentId('Soporte')
    await host('PATCH', `/departments/${sales}`, {
      leadMemberId: await memberNamed('ximena.castaneda'),
    })
    await host('PUT', '/handover-rules', {
      rules: [{ departmentId: support, kind: 'unassigned' }],
    })

    expect(await assigneeOf('Panadería La Espiga')).toMatch(/^Mateo Herrera/)
    expect(await assigneeOf('Marisol Cuevas')).toMatch(/^Camila Rodríguez/)

    await deactivate('mateo.herrera@acme.example')
    await deactivate('camila.rodriguez@acme.example')
    await expect
      .poll(() => host('GET', '/handover-report'), patience)
      // Of those who had left before the inbox could hear of it, it is asked again later.
      .toMatchObject({ completed: 2, failed: 0, orphaned: 0, moved: 2 })
    expect(await assigneeOf('Panadería La Espiga')).toMatch(/^Ximena Castañeda/)
    await takeScreenshot(page, 'handover-to-the-lead')
    expect(await assigneeOf('Marisol Cuevas')).toBe('Unassigned')
    await takeScreenshot(page, 'handover-to-the-queue')
  })
  test(
    'are asked for again while the inbox is down, and handed over once it is back',
    slow,
    async () => {
      const collections = await departmentId('Cobranza')
      await host('PATCH', `/departments/${collections}`, {
        leadMemberId: await memberNamed('ximena.castaneda'),
      })
      const { endpoints } = await hostApi('GET', '/webhook-endpoints')
      const [endpoint] = endpoints as { id: string; url: string }[]
      way.target = endpoint?.url ?? ''
      way.isDown = true
      const path = `/webhook-endpoints/${endpoint?.id}`
      await hostApi('PATCH', path, { url: `${way.origin}/hook` })
      const { completed } = await host('GET', '/handover-report')

      await deactivate('daniela.ochoa@acme.example')
      await expect.poll(() => way.refused, patience).toBeGreaterThan(1)
      await expect
        .poll(() => hostApi('GET', path), patience)
        .toMatchObject({ health: { failingSince: expect.any(String) as string } })
      expect(await host('GET', '/handover-report')).toMatchObject({ completed, failed: 0 })
      expect(await assigneeOf('Ferretería Don Beto')).toMatch(/^Daniela Ochoa/)
      await takeScreenshot(page, 'handover-host-down')

      way.isDown = false
      await expect
        .poll(() => host('GET', '/handover-report'), patience)
        .toMatchObject({ completed: Number(completed) + 1, failed: 0, orphaned: 0 })
      expect(await assigneeOf('Ferretería Don Beto')).toMatch(/^Ximena Castañeda/)
      await expect
        .poll(() => hostApi('GET', path), patience)
        .toMatchObject({ health: { failingSince: null, dead: 0 } })
    },
  )
})
