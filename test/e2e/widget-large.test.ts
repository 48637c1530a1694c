/** The widget over very many members of the real server: a hundred thousand with `TEST_DEPTH=deep`. */
import { createPool } from '@plantel/db/testing'
import type { Browser, Locator, Page, Request } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../../app/src/testing/test-installation.ts'
import { fillPeople } from '../benchmark/team-bench.ts'
import { startWidgetHost, type WidgetHost } from '../benchmark/widget-host.ts'
import { countNodes, heapBytes, measureFirstRow } from '../benchmark/widget-measures.ts'
import { chromiumLaunch, openBrowser, takeScreenshot } from '../support/browser.ts'

const isDeep = process.env['TEST_DEPTH'] === 'deep'
const size = isDeep ? 100_000 : 2_500
const patience = { timeout: isDeep ? 600_000 : 60_000 }
const numbers = new Intl.NumberFormat('en')
const inWords = (count: number): string => numbers.format(count)

describe.skipIf(chromiumLaunch === undefined)(`a team of ${inWords(size)}`, () => {
  let plantel: TestInstallation
  let inbox: TestHost
  let workspace: TestWorkspace
  let host: WidgetHost
  let browser: Browser
  let page: Page
  let grid: Locator

  beforeAll(async () => {
    plantel = await openTestInstallation('postgres', {
      PLANTEL_MEMBER_REQUESTS_PER_MINUTE: '1000000',
    })
    inbox = await plantel.newHost('Inbox')
    workspace = await newWorkspace(plantel, inbox, 'acme')
    if (plantel.db.options.engine !== 'postgres') throw new Error('not PostgreSQL')
    const pool = createPool({ connectionString: plantel.db.options.url, max: 1 }, undefined)
    await pool.query(fillPeople, [workspace.id, size - 1])
    await pool.query('analyze')
    await pool.end()
    host = await startWidgetHost({
      plantelUrl: plantel.url,
      hostKey: inbox.key,
      workspace: workspace.id,
      member: workspace.ownerId,
    })
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.goto(host.url)
    grid = page.getByRole('grid')
    await grid.getByRole('row').nth(1).getByText('@').waitFor()
  }, patience.timeout)
  afterAll(async () => {
    await browser?.close()
    host?.close()
    await plantel?.close()
  })

  const search = (): Locator => page.getByRole('searchbox')

  /** The number of the row that has the focus, the header being the first. */
  const focusedRow = (): Promise<number> =>
    page.evaluate(() => {
      let active = document.activeElement
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
      return Number(active?.closest('[role=row]')?.getAttribute('aria-rowindex') ?? 0)
    })

  async function countManagers(): Promise<number> {
    const { n } = await plantel.db.owner
      .selectFrom('members')
      .innerJoin('roles', 'roles.id', 'members.role_id')
      .select((eb) => eb.fn.countAll<string>().as('n'))
      .where('members.workspace_id', '=', workspace.id)
      .where('roles.key', '=', 'manager')
      .executeTakeFirstOrThrow()
    return Number(n)
  }

  test('says how many there are, and holds a screenful of them', async () => {
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(size + 1))
    await page
      .getByText(`${inWords(size)} members`)
      .first()
      .waitFor()
    const nodes = await countNodes(page)
    expect(nodes.rows).toBeLessThanOrEqual(30)
    expect(nodes.perRow).toBeLessThanOrEqual(25)
    const cdp = await page.context().newCDPSession(page)
    expect(await heapBytes(cdp)).toBeLessThanOrEqual(6_000_000)
  })

  test('is there on a slow phone where it stays, not much later than a bare list', async () => {
    const ratios: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const widget = await measureFirstRow(browser, host.url, plantel.url)
      const bare = await measureFirstRow(browser, `${host.url}/bare`, plantel.url)
      expect(widget.cls).toBeLessThan(0.01)
      expect(widget.requests.length).toBeLessThanOrEqual(5)
      ratios.push(widget.ms / bare.ms)
    }
    console.info(`first row: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')} × a bare list`)
    // The best of three: what else goes on makes only slower. 1,600 ms are two to three times what a bare list takes.
    expect(Math.min(...ratios)).toBeLessThanOrEqual(3)
  })

  /** How many pages of members were asked for meanwhile. */
  async function countPages(work: () => Promise<void>): Promise<number> {
    let pages = 0
    const count = (request: Request): void => {
      if (request.method() === 'GET' && request.url().includes('/members?')) pages += 1
    }
    page.on('request', count)
    await work()
    page.off('request', count)
    return pages
  }

  /** Whom the server has at a place of the list by name. */
  async function nameAt(offset: number): Promise<string> {
    const { body } = await inbox.call(
      'GET',
      `/workspaces/${workspace.id}/members?offset=${offset}&limit=1`,
    )
    const [member] = body['members'] as { displayName: string }[]
    return member?.displayName ?? '?'
  }

  test(
    'goes to the last and to any place in between with a page or two, and back to the first',
    async () => {
      await search().focus()
      await page.keyboard.press('ArrowDown')
      await expect.poll(focusedRow).toBe(2)
      const toEnd = await countPages(async () => {
        await page.keyboard.press('Control+End')
        await expect.poll(focusedRow, patience).toBe(size + 1)
      })
      expect(toEnd).toBeLessThanOrEqual(2)
      const last = grid.locator(`[role=row][aria-rowindex="${size + 1}"]`)
      expect(await last.textContent()).toContain(await nameAt(size - 1))
      expect((await countNodes(page)).rows).toBeLessThanOrEqual(30)

      // As the scrollbar is dragged.
      const target = Math.floor(size * 0.4)
      const toMiddle = await countPages(async () => {
        await grid.evaluate((viewport, share) => {
          viewport.scrollTop = viewport.scrollHeight * share
        }, 0.4)
        await grid
          .locator(`[role=row][aria-rowindex="${target + 2}"]`)
          .getByText('@')
          .waitFor(patience)
      })
      expect(toMiddle).toBeLessThanOrEqual(3)
      const middle = grid.locator(`[role=row][aria-rowindex="${target + 2}"]`)
      expect(await middle.textContent()).toContain(await nameAt(target))
      expect((await countNodes(page)).rows).toBeLessThanOrEqual(30)

      await last.getByRole('rowheader').focus()
      await page.keyboard.press('Control+Home')
      await expect.poll(focusedRow, patience).toBe(2)
      const first = grid.locator('[role=row][aria-rowindex="2"]')
      await expect.poll(() => first.isVisible()).toBe(true)
    },
    patience.timeout,
  )

  test(
    'scrolls on and on by cursors, page after page',
    async () => {
      const cursors: boolean[] = []
      const look = (request: Request): void => {
        if (request.url().includes('/members?')) cursors.push(request.url().includes('cursor='))
      }
      page.on('request', look)
      const row = grid.locator('[role=row][aria-rowindex="1000"]')
      await expect
        .poll(
          async () => {
            await grid.evaluate((viewport) => {
              viewport.scrollTop += 1_000
            })
            return row.count()
          },
          { ...patience, interval: 50 },
        )
        .toBe(1)
      page.off('request', look)
      await row.getByText('@').waitFor(patience)
      expect(cursors.filter(Boolean).length).toBeGreaterThanOrEqual(5)
      await page.keyboard.press('Control+Home')
      await expect.poll(focusedRow).toBe(2)
    },
    patience.timeout,
  )

  test('finds one of them', async () => {
    await search().fill('beatriz castro')
    const found = Number(
      (
        await inbox.call(
          'GET',
          `/workspaces/${workspace.id}/members?search=beatriz%20castro&limit=1`,
        )
      ).body['total'] ?? 0,
    )
    expect(found).toBeGreaterThan(0)
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe(String(found + 1))
    expect(await grid.getByRole('row').nth(1).textContent()).toContain('Beatriz Castro')
    await search().fill('')
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe(String(size + 1))
  })

  test(
    'chooses all who match and gives them another role, telling how far it is',
    async () => {
      await search().fill('@team3.example')
      const expected = Math.floor((size - 1 - 3) / 20) + 1
      await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe(String(expected + 1))
      await grid.locator('[role=row][aria-rowindex="2"]').getByText('@team3.example').waitFor()
      await search().press('ArrowDown')
      await expect.poll(focusedRow).toBeGreaterThan(1)
      await page.keyboard.press('Control+a')
      const bar = page.getByRole('region', { name: 'What to do with them' })
      await bar.getByText(`${inWords(expected)} selected`).waitFor()
      await bar.getByRole('combobox').selectOption('set-role')
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('radio', { name: 'Manager' }).check()
      const start = dialog.locator('button[type=submit]')
      await expect.poll(() => start.isEnabled(), patience).toBe(true)
      await start.click()
      await dialog.getByRole('progressbar').waitFor()
      await takeScreenshot(page, 'large-bulk')
      await dialog.getByRole('button', { name: 'Done' }).waitFor(patience)
      expect(await countManagers()).toBe(expected)
    },
    patience.timeout,
  )
})
