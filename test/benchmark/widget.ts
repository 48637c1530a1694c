import type { Browser, Page } from 'playwright'

import { openBrowser } from '../support/browser.ts'
import { describeMachine } from './benchmark-database.ts'
import { bar } from './report.ts'
import { startTeamBench, type TeamBench } from './team-bench.ts'
import { startWidgetHost } from './widget-host.ts'
import {
  countNodes,
  type FirstRow,
  heapBytes,
  measureFirstRow,
  openMeasured,
  slowPhone,
  readInteractions,
} from './widget-measures.ts'

const size = Number(process.env['BENCH_MEMBERS'] ?? 100_000)
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)

interface Line {
  what: string
  value: number
  unit: 'KiB' | 'MB' | 'ms' | '×' | ''
  budget: number
  /** The best of the rivals that was measured. */
  rival: string
}

/** The widget's budget against the real server: a slow phone for the first row, a hundred thousand members for the rest. */
export async function benchWidget(): Promise<void> {
  const bench = await startTeamBench(size, 30)
  console.info(`The widget over ${size} members; ${await describeMachine(bench.db)}`)
  try {
    const host = await startWidgetHost({
      plantelUrl: bench.url,
      hostKey: bench.hostKey,
      workspace: bench.large.id,
      member: await viewerOf(bench),
    })
    const browser = await openBrowser()
    const lines = [
      ...(await firstRowLines(browser, host.url, bench.url)),
      ...(await largeLines(browser, host.url)),
    ]
    lines.forEach(printLine)
    await browser.close()
    host.close()
  } finally {
    await bench.stop()
  }
}

function printLine({ what, value, unit, budget, rival }: Line): void {
  const digits = { KiB: 1, MB: 1, ms: 0, '×': 0, '': 3 }[unit]
  const reached = budget === 0 ? (value === 0 ? 'reached' : 'missed') : bar(budget / value, 1)
  console.info(
    `${what.padEnd(32)} ${`${value.toFixed(digits)} ${unit}`.padStart(10)}  ≤ ${budget}  rival ${rival}  ${reached}`,
  )
}

async function viewerOf({ url, large }: TeamBench): Promise<string> {
  const response = await fetch(`${url}/team/v1/workspace`, {
    headers: { authorization: `Bearer ${large.token}` },
  })
  const { viewer } = (await response.json()) as { viewer: { memberId: string } }
  return viewer.memberId
}

async function firstRowLines(
  browser: Browser,
  hostUrl: string,
  plantelUrl: string,
): Promise<Line[]> {
  const runs: FirstRow[] = []
  const bare: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    // In turns, so that what else goes on concerns both; the first warms the server.
    const [widget, least] = [
      await measureFirstRow(browser, hostUrl, plantelUrl),
      await measureFirstRow(browser, `${hostUrl}/bare`, plantelUrl),
    ]
    if (round === 0) continue
    runs.push(widget)
    bare.push(least.ms)
  }
  const ms = median(runs.map((run) => run.ms))
  const requests = runs[0]?.requests ?? []
  console.info(
    `requests: ${requests.join(' ')}; moved: ${runs.flatMap((run) => run.shifted).join('; ') || 'nothing'}`,
  )
  console.info(
    `first row: ${runs.map((run) => run.ms.toFixed(0)).join(' ')} ms; a bare list ${median(bare).toFixed(0)} ms, ` +
      `the widget ${(ms / median(bare)).toFixed(2)} × (CPU ÷ ${slowPhone.cpuRate}, ${slowPhone.latencyMs} ms, ${slowPhone.downKbps} kbit/s)`,
  )
  return [
    {
      what: 'list screen, brotli',
      value: Math.max(...runs.map((run) => run.scriptBytes)) / 1_024,
      unit: 'KiB',
      budget: 22,
      rival: '127',
    },
    {
      what: 'own requests to the first row',
      value: requests.length,
      unit: '×',
      budget: 5,
      rival: '7',
    },
    { what: 'first row, 4× CPU and slow 4G', value: ms, unit: 'ms', budget: 1_600, rival: '2,700' },
    {
      what: 'layout shift',
      value: Math.max(...runs.map((run) => run.cls)),
      unit: '',
      budget: 0,
      rival: '–',
    },
  ]
}

const mb = (bytes: number): number => bytes / 1_000_000

async function largeLines(browser: Browser, hostUrl: string): Promise<Line[]> {
  const empty = await openMeasured(browser)
  await empty.page.goto(`${hostUrl}/empty`)
  const base = await heapBytes(empty.cdp)
  await empty.page.context().close()

  const bare = await openMeasured(browser)
  await bare.page.goto(`${hostUrl}/bare`)
  await bare.page.waitForFunction(() => performance.getEntriesByName('first-row').length > 0)
  await bare.cdp.send('Emulation.setCPUThrottlingRate', { rate: slowPhone.cpuRate })
  await pressKeys(bare.page, Array<string>(50).fill('PageDown'))
  const least = await readInteractions(bare.page)
  await bare.page.context().close()

  const { page, cdp } = await openMeasured(browser)
  await page.goto(hostUrl)
  await page.waitForFunction(() => performance.getEntriesByName('first-row').length > 0)
  await page.waitForTimeout(1_000)
  const atRest = await heapBytes(cdp)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowPhone.cpuRate })
  await useList(page)
  const used = await readInteractions(page)
  const frame = await scrollByWheel(page)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  const nodes = await countNodes(page)
  const afterwards = await heapBytes(cdp)
  await page.context().close()
  console.info(
    `${used.count} interactions, the slowest ${used.slowest.join(', ')}, INP ${(used.inpMs / Math.max(least.inpMs, 16)).toFixed(2)} × a bare list's ${least.inpMs} ms; ${nodes.rows} rows in the page; longest frame while scrolling ${frame.toFixed(0)} ms; ` +
      `heap after use ${mb(afterwards).toFixed(1)} MB, of an empty page ${mb(base).toFixed(1)} MB`,
  )
  return [
    { what: 'INP, 4× CPU', value: used.inpMs, unit: 'ms', budget: 100, rival: '264' },
    { what: 'elements of a visible row', value: nodes.perRow, unit: '×', budget: 25, rival: '59' },
    { what: 'heap at rest', value: mb(atRest), unit: 'MB', budget: 6, rival: '7.2' },
  ]
}

/** Moves, sorts and searches as somebody does who looks for people. */
async function useList(page: Page): Promise<void> {
  const search = page.getByRole('searchbox')
  await search.click()
  await search.pressSequentially('garcía', { delay: 120 })
  await page.waitForTimeout(600)
  for (let count = 0; count < 6; count += 1) await page.keyboard.press('Backspace', { delay: 60 })
  await page.waitForTimeout(600)
  await page.keyboard.press('ArrowDown')
  await pressKeys(page, [
    ...Array<string>(25).fill('PageDown'),
    ...Array<string>(25).fill('ArrowDown'),
    'Control+End',
    'Control+Home',
    'Control+End',
    'PageUp',
    ' ',
    ' ',
  ])
  const headers = page.getByRole('columnheader').getByRole('button')
  for (let index = 0; index < (await headers.count()); index += 1) {
    await headers.nth(index).click()
    await page.waitForTimeout(500)
  }
}

async function pressKeys(page: Page, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key, { delay: 20 })
    await page.waitForTimeout(80)
  }
}

/** The longest time between two frames while the wheel turns for five seconds. */
async function scrollByWheel(page: Page): Promise<number> {
  await page.evaluate(() => {
    const frames = { last: performance.now(), longest: 0 }
    Reflect.set(globalThis, 'frames', frames)
    const next = (now: number): void => {
      frames.longest = Math.max(frames.longest, now - frames.last)
      frames.last = now
      requestAnimationFrame(next)
    }
    requestAnimationFrame(next)
  })
  await page.mouse.move(600, 500)
  for (let turn = 0; turn < 60; turn += 1) {
    await page.mouse.wheel(0, 600)
    await page.waitForTimeout(30)
  }
  return page.evaluate(() => Number(Reflect.get(Reflect.get(globalThis, 'frames'), 'longest')))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
