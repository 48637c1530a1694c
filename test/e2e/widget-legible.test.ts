/** Every main screen at 320 px, at 200 %, with text of twice the size, and in forced colours. WCAG 2.2, 1.4.4, 1.4.10, 1.4.11, 2.4.7. */
import { createPool } from '@plantel/db/testing'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  workspaceBody,
} from '../../app/src/testing/test-installation.ts'
import { fillPeople } from '../benchmark/team-bench.ts'
import { startWidgetHost, type WidgetHost } from '../benchmark/widget-host.ts'
import { chromiumLaunch, openBrowser, takeScreenshot } from '../support/browser.ts'
import { findUnseenChoices, findUnseenFocus } from '../support/forced-colours.ts'
import { useKeyboard } from '../support/keyboard.ts'
import { findCutTexts } from '../support/layout.ts'

const longName = 'Maximiliana Fernández-Villaverde de la Cruz y Montalbán'

/** How a screen is come to from the list. */
const screens: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  members: async () => {},
  'a member': (page) => openMember(page),
  'a profile': (page) => openMember(page, 1),
  'why somebody has what they have': (page) => openMember(page, 2),
  'an account': (page) => openMember(page, 3),
  invite: (page) => page.getByRole('button', { name: 'Agregar usuario' }).click(),
  import: async (page) => {
    await page.getByRole('button', { name: 'Agregar usuario' }).click()
    await page.getByRole('button', { name: 'Importar un archivo CSV' }).click()
  },
  'the menu': (page) => openMenu(page),
  revoke: async (page) => {
    await openMenu(page)
    await page.getByRole('menuitem', { name: 'Revocar acceso' }).click()
    await page.getByRole('checkbox', { name: /Asignar sus conversaciones/ }).check()
  },
  bulk: async (page) => {
    await pressOnRow(page, ' ')
    await page
      .getByRole('region', { name: 'Qué hacer con ellos' })
      .getByRole('combobox')
      .selectOption('set-role')
  },
  departments: (page) => goTo(page, 'departments'),
  roles: (page) => goTo(page, 'roles'),
  directory: (page) => goTo(page, 'directory'),
  activity: (page) => goTo(page, 'activity'),
  'my profile': (page) => goTo(page, 'profile'),
}

async function goTo(page: Page, view: string): Promise<void> {
  await page.locator('team-widget').evaluate((element, name) => {
    Object.assign(element, { view: name })
  }, view)
  await page.locator(`team-${view}`).getByRole('heading').first().waitFor()
}

async function openMember(page: Page, tab = 0): Promise<void> {
  await pressOnRow(page, 'Enter')
  await page.getByRole('dialog').getByRole('radio').first().waitFor()
  await page.getByRole('tab').nth(tab).click()
}

/** On the one with the long name. */
async function pressOnRow(page: Page, key: string): Promise<void> {
  const row = page.getByRole('rowheader').filter({ hasText: longName })
  await row.focus()
  await expect.poll(() => row.evaluate((element) => element.matches(':focus'))).toBe(true)
  await page.keyboard.press(key)
}

async function openMenu(page: Page): Promise<void> {
  await pressOnRow(page, 'Shift+F10')
  await page.getByRole('menuitem', { name: 'Revocar acceso' }).waitFor()
}

describe.skipIf(chromiumLaunch === undefined)('every screen can be read', () => {
  let plantel: TestInstallation
  let inbox: TestHost
  let browser: Browser
  let host: WidgetHost

  beforeAll(async () => {
    plantel = await openTestInstallation('postgres', {
      PLANTEL_MEMBER_REQUESTS_PER_MINUTE: '1000000',
    })
    inbox = await plantel.newHost('Inbox')
    const { body } = await inbox.call('POST', '/workspaces', workspaceBody('acme'))
    const workspace = String(body['id'])
    if (plantel.db.options.engine !== 'postgres') throw new Error('not PostgreSQL')
    const pool = createPool({ connectionString: plantel.db.options.url, max: 1 }, undefined)
    await pool.query(fillPeople, [workspace, 8])
    await pool.query(
      `update members set display_name = $2, display_key = 'a', email = $3, email_key = $3
       where workspace_id = $1 and id = (select id from members where email like '%@team%' order by email limit 1)`,
      [workspace, longName, 'maximiliana.fernandez-villaverde@atencion-al-cliente.example'],
    )
    await pool.end()
    host = await startWidgetHost({
      plantelUrl: plantel.url,
      hostKey: inbox.key,
      workspace,
      member: String(body['ownerMemberId']),
      language: 'es',
    })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    host?.close()
    await plantel?.close()
  })

  async function open(page: Page, screen: string): Promise<void> {
    await page.goto(host.url)
    await page.getByRole('grid').getByRole('row').nth(1).getByText('@').first().waitFor()
    await screens[screen]?.(page)
    await page.evaluate(() => document.fonts.ready)
  }

  test.each([
    { name: '320 px', viewport: { width: 320, height: 640 }, scale: 1, text: '100%' },
    { name: '200 %', viewport: { width: 640, height: 450 }, scale: 2, text: '100%' },
    { name: 'text of 200 %', viewport: { width: 1280, height: 900 }, scale: 1, text: '200%' },
  ])(
    'at $name without a text that is cut',
    async ({ name, viewport, scale, text }) => {
      const context = await browser.newContext({ viewport, deviceScaleFactor: scale })
      await context.addInitScript((size) => {
        addEventListener('DOMContentLoaded', () => {
          document.documentElement.style.fontSize = size
        })
      }, text)
      const page = await context.newPage()
      const found: string[] = []
      for (const screen of Object.keys(screens)) {
        await open(page, screen)
        await takeScreenshot(page, `legible-${name}-${screen}`.replaceAll(/[ %]+/g, '-'))
        const cuts = await findCutTexts(page)
        // What is still seen behind a dialog has been told.
        found.push(
          ...cuts
            .filter((cut) => !found.some((one) => one.endsWith(cut)))
            .map((cut) => `${screen}: ${cut}`),
        )
      }
      await context.close()
      expect(found).toEqual([])
    },
    600_000,
  )

  test('in forced colours the focus and what is chosen are seen', async () => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      forcedColors: 'active',
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    const unseen: string[] = []
    const seen = new Set<string>()
    for (const screen of Object.keys(screens)) {
      await open(page, screen)
      await takeScreenshot(page, `forced-${screen}`.replaceAll(' ', '-'))
      // What the pointer is over is painted in another way.
      await page.mouse.move(0, 0)
      for (const one of await findUnseenChoices(page)) unseen.push(`${screen}: ${one}`)
      const keys = await useKeyboard(page)
      for (let stop = 0; stop < 16; stop += 1) {
        const name = await keys.press('Tab')
        if (seen.has(name)) continue
        seen.add(name)
        const lost = await findUnseenFocus(page)
        if (lost !== undefined) unseen.push(`${screen}: the focus on ${lost}`)
      }
    }
    await context.close()
    expect([...new Set(unseen)]).toEqual([])
  }, 600_000)
})
