import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createTestDatabase, testEngines } from '@plantel/db/testing'
import type { Browser, BrowserContext, Page } from 'playwright'
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

/** Longer than a widget's heartbeat, with some room for a machine that is busy. */
const lifeSeconds = 25
const isDeep = process.env['TEST_DEPTH'] === 'deep'
/** What is promised; a machine that does ten other things at once gets more time. */
const arrivesWithinSeconds = isDeep ? 1 : 30
/** A replica looks twice a second for whose heartbeat ran out. */
const noticedSeconds = isDeep ? 1 : 30

/** A life of a heartbeat, and time for a machine that is busy. */
const slow = { timeout: 240_000 }

const canRun = chromiumLaunch !== undefined && testEngines.includes('postgres')

interface Person {
  id: string
  displayName: string
}

/** What a page saw of others, in the order it was shown. */
type Seen = { name: string; presence: string; at: number }[]

declare global {
  interface Window {
    seen: Seen
  }
}

describe.skipIf(!canRun)('who is here, on two replicas over PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  const folders: { folder: string; remove: () => Promise<void> }[] = []
  const replicas: PlantelProcess[] = []
  let browsers: Browser[] = []
  let demo: DemoFile
  let host: Server
  let hostUrl: string
  let people: [Person, Person]

  async function hostApi<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${demo.hostApi.baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${demo.hostApi.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`)
    const text = await response.text()
    return (text === '' ? {} : JSON.parse(text)) as Answer
  }

  beforeAll(async () => {
    database = await createTestDatabase('postgres')
    if (database.options.engine !== 'postgres') throw new Error('not PostgreSQL')
    const shared = {
      DATABASE_URL: database.options.url,
      PLANTEL_SECRET: randomBytes(32).toString('hex'),
      PLANTEL_PRESENCE_SECONDS: String(lifeSeconds),
    }
    const port = await findFreePort()
    folders.push(await createDataFolder(), await createDataFolder())
    replicas.push(
      await startPlantel(folders[0]?.folder ?? '', port, { ...shared, PLANTEL_DEMO: '1' }),
      await startPlantel(folders[1]?.folder ?? '', await findFreePort(), {
        ...shared,
        PLANTEL_DEMO: '0',
        PLANTEL_PUBLIC_URL: `http://localhost:${port}`,
      }),
    )
    demo = await readDemoFile(folders[0]?.folder ?? '')
    host = createServer(async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
      if (pathname === '/token') {
        const token = await hostApi('POST', '/widget-tokens', {
          workspace: 'acme',
          member: searchParams.get('member'),
        })
        response.setHeader('content-type', 'application/json').end(JSON.stringify(token))
        return
      }
      const replica = searchParams.get('replica')
      response.setHeader('content-type', 'text/html').end(`<!doctype html>
        <html lang="en"><title>Host</title>
        <team-widget api-base="${replica}"></team-widget>
        <script type="module">
          const element = document.querySelector('team-widget')
          element.getToken = async () => (await fetch('/token' + location.search, { method: 'POST' })).json()
          await import('${replica}/widget/0.1.0/team-widget.js')
        </script></html>`)
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => host.once('listening', resolve))
    hostUrl = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
    await hostApi('PUT', '/allowed-origins', { origins: [hostUrl] })
    const { members } = await hostApi<{ members: (Person & { role: unknown })[] }>(
      'GET',
      '/workspaces/acme/members?state=active',
    )
    const [first, second] = members.filter(({ role }) => role !== null)
    if (first === undefined || second === undefined) throw new Error('The demo has nobody.')
    people = [first, second]
    browsers = [await openBrowser(), await openBrowser()]
  })
  afterAll(async () => {
    for (const browser of browsers) await browser.close()
    host?.close()
    for (const replica of replicas) await replica.stop()
    for (const folder of folders) await folder.remove()
    await database?.close()
  })

  /**
   * A person's own browser with the widget of one replica. It notes whom it shows as what and when, and when it told
   * the server that its person is here.
   */
  async function open(
    which: 0 | 1,
  ): Promise<{ context: BrowserContext; page: Page; told: number[] }> {
    const context = await (browsers[which] as Browser).newContext({
      viewport: { width: 1280, height: 900 },
      locale: 'en',
    })
    const told: number[] = []
    context.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/team/v1/presence')) {
        told.push(Date.now())
      }
    })
    const page = await context.newPage()
    const query = new URLSearchParams({
      member: people[which].id,
      replica: replicas[which]?.listenUrl ?? '',
    })
    await page.goto(`${hostUrl}/?${query}`)
    const names = people.map(({ displayName }) => displayName)
    const grid = page.getByRole('grid')
    for (const name of names) {
      await grid.getByRole('row').filter({ hasText: name }).first().waitFor()
    }
    await grid.evaluate((list, wanted) => {
      window.seen = []
      const shown = new Map<string, string>()
      const look = (): void => {
        for (const row of list.querySelectorAll('[role=row]')) {
          const name = wanted.find((each) => row.textContent.includes(each))
          const presence = row.querySelector('.presence')?.getAttribute('aria-label') ?? 'Offline'
          if (name === undefined || shown.get(name) === presence) continue
          shown.set(name, presence)
          window.seen.push({ name, presence, at: Date.now() })
        }
      }
      new MutationObserver(look).observe(list, { subtree: true, childList: true, attributes: true })
      look()
    }, names)
    return { context, page, told }
  }

  const seenIn = async (page: Page, { displayName }: Person): Promise<Seen> =>
    (await page.evaluate(() => window.seen)).filter(({ name }) => name === displayName)

  const patience = { timeout: (lifeSeconds + 60) * 1_000, interval: 100 }

  test(
    'is seen within a second on the other, and a laptop that is closed goes offline',
    slow,
    async () => {
      const [one, other] = people
      const desk = await open(0)
      expect(await seenIn(desk.page, other)).toMatchObject([{ presence: 'Offline' }])

      const laptop = await open(1)
      await expect.poll(() => seenIn(desk.page, other), patience).toHaveLength(2)
      const [, arrived] = await seenIn(desk.page, other)
      expect(arrived).toMatchObject({ presence: 'Online' })
      const secondsToArrive = ((arrived?.at ?? 0) - (laptop.told[0] ?? 0)) / 1_000
      console.info(`seen on the other replica after ${secondsToArrive} s`)
      expect(secondsToArrive).toBeLessThanOrEqual(arrivesWithinSeconds)
      await takeScreenshot(desk.page, 'presence-online')
      // Who was there before is seen by whoever comes.
      await expect
        .poll(async () => (await seenIn(laptop.page, one)).at(-1)?.presence, patience)
        .toBe('Online')

      // Without a goodbye.
      await laptop.context.setOffline(true)
      await laptop.context.close()
      const closedAt = Date.now()
      await expect.poll(() => seenIn(desk.page, other), patience).toHaveLength(3)
      const [, , left] = await seenIn(desk.page, other)
      expect(left).toMatchObject({ presence: 'Offline' })
      const secondsToLeave = ((left?.at ?? 0) - closedAt) / 1_000
      console.info(`offline ${secondsToLeave} s after the laptop was closed`)
      expect(secondsToLeave).toBeLessThanOrEqual(lifeSeconds + noticedSeconds)
      await takeScreenshot(desk.page, 'presence-offline')
      // Who stayed is past their first life, too.
      await expect
        .poll(async () => (await seenIn(desk.page, one)).at(-1)?.presence, patience)
        .toBe('Online')
    },
  )
})
