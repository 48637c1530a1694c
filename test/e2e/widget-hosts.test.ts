/** The widget in pages of other products: plain HTML, module federation, React and Vue, each under a strict policy. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import type { Browser, BrowserContext, Locator, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../../app/src/testing/test-installation.ts'
import { type ExampleName, exampleNames, startExampleHost } from '../../examples/host-server.ts'
import { chromiumLaunch, openBrowser, takeScreenshot } from '../support/browser.ts'

const run = promisify(execFile)

function rowOf(page: Page, email: string): Locator {
  return page.getByRole('row').filter({ hasText: email }).first()
}

describe.skipIf(chromiumLaunch === undefined)('the widget in the page of', () => {
  let plantel: TestInstallation
  let host: TestHost
  const workspaces = new Map<string, TestWorkspace>()
  const pages = new Map<ExampleName, { url: string; close: () => void }>()
  let browser: Browser
  let context: BrowserContext
  const complaints: string[] = []

  beforeAll(async () => {
    await run(process.execPath, [
      fileURLToPath(new URL('../../examples/build.ts', import.meta.url)),
    ])
    plantel = await openTestInstallation('pglite')
    host = await plantel.newHost('Inbox')
    for (const slug of ['acme', 'globex']) {
      const workspace = await newWorkspace(plantel, host, slug)
      await workspace.hire(`ana@${slug}.example`)
      workspaces.set(slug, workspace)
    }
    for (const name of exampleNames) {
      const page = await startExampleHost({
        name,
        plantelUrl: plantel.url,
        hostKey: host.key,
        member: (slug) => workspaces.get(slug)?.ownerId ?? '',
      })
      pages.set(name, page)
    }
    const origins = [...pages.values()].map(({ url }) => url)
    await host.call('PUT', '/allowed-origins', { origins })
    browser = await openBrowser()
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en' })
    context.setDefaultTimeout(10_000)
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
      })
    })
    context.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        complaints.push(message.text())
      }
    })
  })
  afterAll(async () => {
    await browser?.close()
    for (const page of pages.values()) page.close()
    await plantel?.close()
  })

  const urlOf = (name: ExampleName): string => pages.get(name)?.url ?? ''

  async function open(url: string): Promise<Page> {
    complaints.length = 0
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(url)
    return page
  }

  /** The same build as if another version had been released. */
  async function serveVersion(version: string): Promise<void> {
    await context.route(`${plantel.url}/widget/other/**`, async (route) => {
      const path = new URL(route.request().url()).pathname.replace('/other/', '/0.1.0/')
      const text = await (await fetch(`${plantel.url}${path}`)).text()
      await route.fulfill({
        contentType: 'text/javascript',
        headers: { 'access-control-allow-origin': '*' },
        body: text.replaceAll(/(["'`])0\.1\.0\1/g, `$1${version}$1`),
      })
    })
  }
  // As a text: what runs in the page must not be compiled for the test.
  const loadOther = (page: Page): Promise<unknown> =>
    page.evaluate(`(async () => {
      const errors = []
      addEventListener('team-error', (event) => errors.push(event.code))
      await import('${plantel.url}/widget/other/team-widget.js')
      return { errors, version: customElements.get('team-widget').version }
    })()`)

  test.each(
    exampleNames.flatMap((name) => [
      [name, 'before the element is defined', ''] as const,
      [name, 'after it', '?defined-first'] as const,
    ]),
  )('%s: rendered %s, it lists, opens a dialog and breaks no policy', async (name, _, query) => {
    const page = await open(`${urlOf(name)}/${query}`)
    await rowOf(page, 'ana@acme.example').waitFor()
    // What is fetched when it is wanted comes under the same policy and integrity.
    await page.getByRole('button', { name: 'Add user' }).click()
    await page.getByRole('dialog').getByRole('heading').first().waitFor()
    expect(complaints).toEqual([])
    if (query === '') await takeScreenshot(page, `host-${name}`)
    await page.close()
  })

  test('every host makes it look like a product of its own', async () => {
    const looks = await Promise.all(
      exampleNames.map(async (name) => {
        const page = await context.newPage()
        await page.goto(`${urlOf(name)}/`)
        const button = page.getByRole('button', { name: 'Add user' })
        await button.waitFor()
        const look = await button.evaluate((element) => {
          const { backgroundColor, borderRadius, fontFamily } = getComputedStyle(element)
          return { backgroundColor, borderRadius, fontFamily }
        })
        await page.close()
        return look
      }),
    )
    for (const property of ['backgroundColor', 'borderRadius', 'fontFamily'] as const) {
      expect(new Set(looks.map((look) => look[property])).size).toBe(exampleNames.length)
    }
  })

  test.each(['plain', 'react'] as const)('%s: two teams side by side', async (name) => {
    const page = await open(`${urlOf(name)}/?workspaces=acme,globex`)
    await rowOf(page, 'ana@acme.example').waitFor()
    await rowOf(page, 'ana@globex.example').waitFor()
    const of = (index: number) => page.locator('team-widget').nth(index)
    await of(0).getByRole('searchbox').fill('ana')
    await expect.poll(() => of(0).getByRole('row').filter({ hasText: '@' }).count()).toBe(1)
    expect(await of(1).getByRole('row').filter({ hasText: 'globex' }).count()).toBe(2)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('a host that changes attributes while it loads shows what it said last', async () => {
    const page = await open(`${urlOf('plain')}/`)
    await page.evaluate(() => {
      const element = document.querySelector('team-widget')
      element?.setAttribute('workspace', 'globex')
      element?.setAttribute('locale', 'es')
    })
    await rowOf(page, 'ana@globex.example').waitFor()
    await page.getByRole('heading', { name: 'Usuarios' }).waitFor()
    expect(await rowOf(page, 'ana@acme.example').count()).toBe(0)
    await page.close()
  })

  describe('two versions:', () => {
    test.each([
      ['0.9.0', 'of the same major use what is there', []],
      ['1.0.0', 'of another major say so and leave the page as it is', ['version-conflict']],
    ])('%s %s', async (version, _, errors) => {
      await serveVersion(version)
      const page = await open(`${urlOf('plain')}/`)
      await rowOf(page, 'ana@acme.example').waitFor()
      expect(await loadOther(page)).toEqual({ errors, version: '0.1.0' })
      expect(complaints).toHaveLength(errors.length)
      expect(await rowOf(page, 'ana@acme.example').isVisible()).toBe(true)
      await page.close()
      await context.unrouteAll()
    })
  })

  test('the import map: every address is for good and has the content that it promises', async () => {
    const answer = await fetch(`${plantel.url}/widget/importmap.json`)
    const map = (await answer.json()) as {
      imports: Record<string, string>
      integrity: Record<string, string>
    }
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    const addresses = Object.entries(map.integrity)
    expect(addresses.length).toBeGreaterThan(5)
    expect(map.integrity).toHaveProperty([map.imports['@plantel/widget'] ?? ''])
    for (const [url, integrity] of addresses) {
      const file = await fetch(url)
      const digest = createHash('sha384').update(new Uint8Array(await file.arrayBuffer()))
      expect([url, `sha384-${digest.digest('base64')}`]).toEqual([url, integrity])
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    }
  })

  test('a file that is not what the import map promises is not run', async () => {
    await context.route(/\/widget\/0\.1\.0-[\da-f]+\/team-widget\.js/, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: `${await response.text()}\n` })
    })
    const page = await open(`${urlOf('plain')}/`)
    await expect.poll(() => complaints.join(' ')).toContain('integrity')
    expect(await page.evaluate(() => customElements.get('team-widget') === undefined)).toBe(true)
    await page.close()
    await context.unrouteAll()
  })
})
