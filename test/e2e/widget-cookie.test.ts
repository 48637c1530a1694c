/** The widget with its token in a cookie: a host and Plantel on one site, at two origins. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Browser, BrowserContext, Locator, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  newWorkspace,
  openTestInstallation,
  type TestInstallation,
  type TestWorkspace,
} from '../../app/src/testing/test-installation.ts'
import { chromiumLaunch, openBrowser, takeScreenshot } from '../support/browser.ts'

const cookieName = 'plantel'

function hostPage(plantelUrl: string, widgetUrl: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Inbox</title>
    <link rel="icon" href="data:,">
    <script>
      globalThis.heard = []
      for (const type of ['team-token-request', 'team-auth-required']) {
        document.addEventListener(type, (event) => {
          heard.push(type)
          event.respondWith?.(fetch('/renew', { method: 'POST' }).then(() => undefined))
        })
      }
    </script>
    <team-widget api-base="${plantelUrl}" credentials="include"></team-widget>
    <script type="module" src="${widgetUrl}"></script></html>`
}

const rowOf = (page: Page, text: string): Locator =>
  page.getByRole('row').filter({ hasText: text }).first()
const heardIn = (page: Page): Promise<string[]> => page.evaluate('heard')
const refresh = (page: Page): Promise<void> =>
  page.evaluate(`document.querySelector('team-widget').refresh()`)

describe.skipIf(chromiumLaunch === undefined)('with its token in a cookie, the widget', () => {
  let plantel: TestInstallation
  let workspace: TestWorkspace
  let inbox: Server
  let inboxUrl: string
  let carla: string
  /** Who is signed in to the inbox. */
  let person: string
  let browser: Browser
  let context: BrowserContext

  beforeAll(async () => {
    plantel = await openTestInstallation('pglite', { PLANTEL_WIDGET_COOKIE: cookieName })
    const host = await plantel.newHost('Inbox')
    workspace = await newWorkspace(plantel, host, 'acme')
    await workspace.hire('ana@acme.example')
    carla = (await workspace.hire('carla@acme.example')).memberId
    const map = await fetch(`${plantel.url}/widget/importmap.json`)
    const { imports } = (await map.json()) as { imports: Record<string, string> }
    const page = hostPage(plantel.url, imports['@plantel/widget'] ?? '')
    inbox = createServer(async (request, response) => {
      const token = await workspace.widgetToken(person)
      response.setHeader(
        'set-cookie',
        `${cookieName}=${token}; Path=/team/v1; Max-Age=300; HttpOnly; SameSite=Strict`,
      )
      if (request.method === 'POST') response.writeHead(204).end()
      else response.setHeader('content-type', 'text/html').end(page)
    }).listen(0, 'localhost')
    await new Promise((resolve) => inbox.once('listening', resolve))
    inboxUrl = `http://localhost:${(inbox.address() as AddressInfo).port}`
    await host.call('PUT', '/allowed-origins', { origins: [inboxUrl] })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    inbox?.close()
    await plantel?.close()
  })

  /** A browser in which the owner is signed in to the inbox. */
  async function open(): Promise<Page> {
    await context?.close()
    person = workspace.ownerId
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en' })
    const page = await context.newPage()
    await page.goto(inboxUrl)
    await rowOf(page, 'ana@acme.example').waitFor()
    return page
  }

  test('lists, hears and changes, and no script ever sees the token', async () => {
    const sent: { url: string; headers: Record<string, string> }[] = []
    const page = await open()
    page.on('request', async (request) => {
      if (!request.url().includes('/team/v1/')) return
      sent.push({ url: request.url(), headers: await request.allHeaders().catch(() => ({})) })
    })
    await page.reload()
    await rowOf(page, 'ana@acme.example').waitFor()
    expect(await page.evaluate('document.cookie')).toBe('')
    expect(await heardIn(page)).toEqual([])
    await expect.poll(() => sent.some(({ url }) => url.endsWith('/event-stream'))).toBe(true)
    // What somebody does elsewhere comes by the stream.
    await workspace.hire('bruno@acme.example')
    await rowOf(page, 'bruno@acme.example').waitFor()
    await rowOf(page, 'ana@acme.example').getByText('Hanna').click()
    await page.getByRole('tab', { name: 'Account' }).click()
    await page.getByRole('button', { name: 'Suspend', exact: true }).click()
    await page.getByRole('button', { name: 'Close' }).first().click()
    await rowOf(page, 'ana@acme.example').getByText('Suspended').waitFor()
    await takeScreenshot(page, 'widget-cookie')
    const names = sent.flatMap(({ headers }) => Object.keys(headers))
    expect(names).not.toContain('authorization')
    for (const { headers } of sent) expect(headers['x-plantel-request']).toBe('1')
    expect(sent.at(-1)?.headers['x-plantel-member']).toBe(workspace.ownerId)
  })

  test('asks the page once when the cookie has ended, and goes on', async () => {
    const page = await open()
    await context.clearCookies()
    await refresh(page)
    await expect.poll(() => heardIn(page)).toEqual(['team-token-request'])
    await expect
      .poll(async () => (await context.cookies()).map(({ name }) => name))
      .toEqual([cookieName])
    await rowOf(page, 'bruno@acme.example').waitFor()
    await page.getByRole('searchbox').fill('bruno')
    await expect.poll(() => page.getByRole('row').filter({ hasText: '@' }).count()).toBe(1)
    expect(await heardIn(page)).toEqual(['team-token-request'])
  })

  test('does nothing as somebody else who signed in meanwhile', async () => {
    const page = await open()
    person = carla
    await context.clearCookies()
    await page.getByRole('searchbox').fill('bruno')
    await expect.poll(() => heardIn(page)).toContain('team-auth-required')
    await page.getByRole('alert').getByText('Your session has ended').waitFor()
  })
})
