import { testEngines } from '@plantel/db/testing'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  openTestInstallation,
  type TestInstallation,
} from '../../app/src/testing/test-installation.ts'
import { chromiumLaunch, openBrowser, takeScreenshot } from '../support/browser.ts'

const [engine = 'pglite'] = testEngines

describe.skipIf(chromiumLaunch === undefined)('the page of an API', () => {
  let plantel: TestInstallation
  let browser: Browser

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await plantel?.close()
  })

  it.each([
    ['host', 'Plantel Host API', 'Create a workspace'],
    ['team', 'Plantel Team API', 'List members'],
  ])('shows what the %s API can do, quietly and from here alone', async (api, title, summary) => {
    const page = await browser.newPage()
    const messages: string[] = []
    const elsewhere: string[] = []
    page.on('console', (message) => messages.push(message.text()))
    page.on('pageerror', (error) => messages.push(error.message))
    page.on('request', (request) => {
      const url = new URL(request.url())
      if (url.protocol !== 'data:' && url.origin !== plantel.url) elsewhere.push(request.url())
    })
    await page.addInitScript(() => {
      const violations: string[] = []
      Object.assign(globalThis, { violations })
      document.addEventListener('securitypolicyviolation', (event) => {
        violations.push(`${event.violatedDirective} ${event.blockedURI}`)
      })
    })

    const response = await page.goto(`${plantel.url}/${api}/v1/docs`)
    expect(response?.headers()['content-security-policy']).not.toContain('unsafe')
    expect(response?.headers()['content-security-policy']).toContain("default-src 'none'")
    await page.locator('h1', { hasText: title }).waitFor()
    await page.getByText(summary, { exact: true }).click()
    await page.getByText('Too many requests').first().waitFor()
    expect(await page.getByRole('button', { name: /^(authorize|try it out)$/i }).count()).toBe(0)
    await takeScreenshot(page, `${api}-api-docs`)

    expect(
      await page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations),
    ).toEqual([])
    expect(messages).toEqual([])
    expect(elsewhere).toEqual([])
    await page.close()
  })
})
