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
import {
  entraDeactivation,
  entraUser,
  findOne,
  oktaAddMember,
  type ScimTarget,
  sendScim,
} from '../support/scim-client.ts'

describe.skipIf(chromiumLaunch === undefined)('from the directory to the Team widget', () => {
  let data: { folder: string; remove: () => Promise<void> }
  let plantel: PlantelProcess
  let demo: DemoFile
  let browser: Browser
  let page: Page
  let scim: ScimTarget
  const problems: string[] = []

  beforeAll(async () => {
    data = await createDataFolder()
    plantel = await startPlantel(data.folder, await findFreePort())
    demo = await readDemoFile(data.folder)
    scim = demo.workspaces.find(({ slug }) => slug === 'acme')?.scim as ScimTarget
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en' })
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
    })
  })
  afterAll(async () => {
    await browser?.close()
    await plantel?.stop()
    await data?.remove()
  })

  test('each step of a directory shows in the open widget without a reload', async () => {
    await page.goto(`${demo.url}/demo`)
    await page.getByRole('link', { name: 'Team' }).first().click()
    const grid = page.getByRole('grid')
    await grid.getByRole('row').nth(5).waitFor()
    await page.evaluate(() => Reflect.set(globalThis, 'untouched', true))

    const created = await sendScim(
      scim,
      'POST',
      '/Users',
      entraUser('aaron.abarca@acme.example', 'Aarón', 'Abarca'),
    )
    expect(created.status).toBe(201)
    const row = grid.getByRole('row', { name: /Aarón Abarca/ })
    await row.getByText('No access').waitFor()
    await takeScreenshot(page, '1-created')

    const userId = String(created.body['id'])
    const groupId = await findOne(scim, '/Groups', 'displayName eq "Ventas-MX"')
    const added = await sendScim(scim, 'PATCH', `/Groups/${groupId}`, oktaAddMember(userId))
    expect(added.status).toBe(204)
    await row.getByText('Agent', { exact: true }).waitFor()
    await row.getByText('Ventas México').waitFor()
    await takeScreenshot(page, '2-in-the-group')

    const ended = await sendScim(scim, 'PATCH', `/Users/${userId}`, entraDeactivation)
    expect(ended).toMatchObject({ status: 200, body: { active: false } })
    await row.getByText('Suspended').waitFor()
    await takeScreenshot(page, '3-suspended')

    expect(await page.evaluate(() => Reflect.get(globalThis, 'untouched'))).toBe(true)
    expect(problems).toEqual([])
  })

  test('the directory page hires with one button, and the widget shows the person', async () => {
    const directory = await browser.newPage({ locale: 'en' })
    await directory.goto(`${demo.url}/demo/directory`)
    const grid = page.getByRole('grid')
    const before = Number(await grid.getAttribute('aria-rowcount'))
    await directory.getByRole('button', { name: /Hire into Ventas-MX/ }).click()
    await expect.poll(async () => Number(await grid.getAttribute('aria-rowcount'))).toBe(before + 1)
    expect(problems).toEqual([])
  })

  test('the widget says why somebody has what they have', async () => {
    const search = page.getByRole('searchbox')
    await search.fill('abarca')
    const grid = page.getByRole('grid')
    // Until only he is found his row may move away from under the mouse.
    await expect.poll(() => grid.getByRole('row').count()).toBe(2)
    await grid.getByRole('row', { name: /Aarón Abarca/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('tab').nth(2).click()
    await dialog.getByText('Ventas-MX').first().waitFor()
    await takeScreenshot(page, '4-why')
    await page.keyboard.press('Escape')
    await search.fill('')
    expect(problems).toEqual([])
  })
})
