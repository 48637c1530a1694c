import type { Browser } from 'playwright'
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

describe.skipIf(chromiumLaunch === undefined)('somebody who leaves the demo inbox', () => {
  let data: { folder: string; remove: () => Promise<void> }
  let plantel: PlantelProcess
  let demo: DemoFile
  let browser: Browser

  beforeAll(async () => {
    data = await createDataFolder()
    plantel = await startPlantel(data.folder, await findFreePort())
    demo = await readDemoFile(data.folder)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await plantel?.stop()
    await data?.remove()
  })

  async function host(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Record<string, unknown>> {
    const [acme] = demo.workspaces
    const response = await fetch(`${demo.hostApi.baseUrl}/workspaces/${acme?.id}${path}`, {
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

  async function deactivate(userName: string): Promise<void> {
    const scim = demo.workspaces[0]?.scim
    if (scim === undefined) throw new Error('demo.json names no workspace')
    const userId = await findOne(scim, '/Users', `userName eq "${userName}"`)
    await sendScim(scim, 'PATCH', `/Users/${userId}`, oktaDeactivation)
  }

  test('leaves their conversations to the lead or the queue, and none behind', async () => {
    const [lead] = (await host('GET', '/members?search=ximena.castaneda'))['members'] as {
      id: string
      displayName: string
    }[]
    const sales = await departmentId('Ventas México')
    const support = await departmentId('Soporte')
    await host('PATCH', `/departments/${sales}`, { leadMemberId: lead?.id })
    await host('PUT', '/handover-rules', {
      rules: [{ departmentId: support, kind: 'unassigned' }],
    })

    const page = await (await browser.newContext({ locale: 'en' })).newPage()
    await page.goto(`${demo.url}/demo`)
    const assigneeOf = async (customer: string): Promise<string> => {
      await page.goto(new URL('/inbox', page.url()).href)
      await page.getByRole('link', { name: new RegExp(customer) }).click()
      return page.locator('.assignee').innerText()
    }
    expect(await assigneeOf('Panadería La Espiga')).toMatch(/^Mateo Herrera/)
    expect(await assigneeOf('Marisol Cuevas')).toMatch(/^Camila Rodríguez/)

    await deactivate('mateo.herrera@acme.example')
    await deactivate('camila.rodriguez@acme.example')
    await expect
      .poll(() => host('GET', '/handover-report'), { timeout: 20_000 })
      // Of those who had left before the inbox could hear of it, it is asked again later.
      .toMatchObject({ completed: 2, failed: 0, orphaned: 0, moved: 2 })
    expect(await assigneeOf('Panadería La Espiga')).toMatch(/^Ximena Castañeda/)
    await takeScreenshot(page, 'handover-to-the-lead')
    expect(await assigneeOf('Marisol Cuevas')).toBe('Unassigned')
    await takeScreenshot(page, 'handover-to-the-queue')
  })
})
