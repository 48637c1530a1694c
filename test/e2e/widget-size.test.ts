import { globSync, readFileSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

import type { Browser, Response } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { chromiumLaunch, openBrowser } from '../support/browser.ts'
import {
  createDataFolder,
  type DemoFile,
  findFreePort,
  type PlantelProcess,
  readDemoFile,
  startPlantel,
} from '../support/plantel-process.ts'

const budget = { listKib: 22, requestsToFirstRow: 5, wholeKib: 60, chunkKib: 8, localeKib: 4 }

const builtFolder = fileURLToPath(new URL('../../widget/dist/standalone/', import.meta.url))
const languages = { en: 'en', es: 'es', 'pt-BR': 'pt-br' } as const

describe.skipIf(chromiumLaunch === undefined)('the Team widget as an ES module', () => {
  let data: { folder: string; remove: () => Promise<void> }
  let plantel: PlantelProcess
  let demo: DemoFile
  let browser: Browser
  let host: Server
  let hostUrl: string
  let language = 'en'

  let member: { workspace: string; member: string }

  /** One call from the host's own server, as its developer would write it from the README. */
  async function callHostApi(method: string, path: string, body: unknown): Promise<string> {
    const response = await fetch(`${demo.hostApi.baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${demo.hostApi.key}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return text
  }

  beforeAll(async () => {
    data = await createDataFolder()
    plantel = await startPlantel(data.folder, await findFreePort())
    demo = await readDemoFile(data.folder)
    host = createServer(async (request, response) => {
      if (request.url === '/token') {
        const token = await callHostApi('POST', '/widget-tokens', member)
        response.setHeader('content-type', 'application/json').end(token)
        return
      }
      response.setHeader('content-type', 'text/html').end(`<!doctype html>
        <html lang="${language}"><title>Host</title>
        <team-widget api-base="${demo.url}"></team-widget>
        <script type="module">
          const element = document.querySelector('team-widget')
          element.getToken = async () => (await fetch('/token', { method: 'POST' })).json()
          element.addEventListener('team-ready', () => performance.mark('first-row'))
          await import('${demo.url}/widget/0.1.0/team-widget.js')
        </script></html>`)
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => host.once('listening', resolve))
    hostUrl = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
    await callHostApi('PUT', '/allowed-origins', { origins: [hostUrl] })
    const workspace = await callHostApi('POST', '/workspaces', {
      slug: 'small',
      name: 'Small',
      preset: 'respond',
      locale: 'en',
      timeZone: 'UTC',
      owner: { email: 'owner@small.example', displayName: 'Olive Owner' },
    })
    const { id, ownerMemberId } = JSON.parse(workspace) as { id: string; ownerMemberId: string }
    member = { workspace: id, member: ownerMemberId }
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    host?.close()
    await plantel?.stop()
    await data?.remove()
  })

  test.each(['en', 'es', 'pt-BR'])(
    `in %s costs at most ${budget.listKib} KiB and ${budget.requestsToFirstRow} requests to the first row`,
    async (locale) => {
      language = locale
      const page = await browser.newPage()
      const ours: Response[] = []
      page.on('response', (response) => {
        if (response.url().startsWith(demo.url) && response.request().method() !== 'OPTIONS') {
          ours.push(response)
        }
      })
      await page.goto(hostUrl)
      await page.getByRole('grid').getByRole('row').nth(1).getByText('@').first().waitFor()
      // What the open list asks afterwards, such as who is here, does not keep the first row waiting.
      const urls = await page.evaluate(() => {
        const [ready] = performance.getEntriesByName('first-row')
        const begun = performance.getEntriesByType('resource')
        return begun
          .filter(({ startTime }) => startTime <= (ready?.startTime ?? Infinity))
          .map(({ name }) => name)
      })
      const requests = urls
        .filter((url) => url.startsWith(demo.url))
        .map((url) => new URL(url).pathname)
      const scripts = ours.filter((response) => response.url().startsWith(`${demo.url}/widget/`))
      const sizes = await Promise.all(scripts.map((response) => response.request().sizes()))
      const bytes = sizes.reduce((sum, size) => sum + size.responseBodySize, 0)
      const encodings = await Promise.all(
        scripts.map((response) => response.headerValue('content-encoding')),
      )
      expect(new Set(encodings)).toEqual(new Set(['br']))
      console.info(
        `${locale}: ${(bytes / 1024).toFixed(1)} KiB brotli, ${requests.length} requests: ${requests.join(' ')}`,
      )
      expect(bytes).toBeLessThanOrEqual(budget.listKib * 1024)
      expect(requests.length).toBeLessThanOrEqual(budget.requestsToFirstRow)
      expect(requests.length).toBeGreaterThan(2)
      await page.close()
    },
  )
})

/** What a build made: the entry and every file that comes when it is wanted, compressed. */
function builtFiles(): { name: string; bytes: number; language: string | undefined }[] {
  const files = globSync('{team-widget,chunks/*}.js.br', { cwd: builtFolder })
  return files.map((name) => ({
    name,
    bytes: statSync(`${builtFolder}${name}`).size,
    language: Object.values(languages).find((language) => name.startsWith(`chunks/${language}-`)),
  }))
}

describe('the files of the widget', () => {
  test(`no screen comes in a file above ${budget.chunkKib} KiB, no language in one above ${budget.localeKib} KiB`, () => {
    const chunks = builtFiles().filter(({ name }) => name.startsWith('chunks/'))
    expect(chunks.length).toBeGreaterThan(10)
    const tooBig = chunks.filter(
      ({ bytes, language }) =>
        bytes > (language === undefined ? budget.chunkKib : budget.localeKib) * 1024,
    )
    expect(tooBig).toEqual([])
  })

  test.each(Object.entries(languages))(
    `all screens together in %s cost at most ${budget.wholeKib} KiB`,
    (tag, language) => {
      const files = builtFiles()
      expect(readFileSync(`${builtFolder}team-widget.js`, 'utf8')).toContain(`chunks/${language}-`)
      const whole = files
        .filter((file) => file.language === undefined || file.language === language)
        .reduce((sum, { bytes }) => sum + bytes, 0)
      console.info(`${tag}: ${(whole / 1024).toFixed(1)} KiB brotli for everything`)
      expect(whole).toBeLessThanOrEqual(budget.wholeKib * 1024)
      expect(whole).toBeGreaterThan(budget.listKib * 1024)
    },
  )
})
