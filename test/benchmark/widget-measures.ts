import type { Browser, CDPSession, Page } from 'playwright'

/** A slow phone far from the server: a fourth of this machine's speed, 150 ms there and back, 1.6 Mbit/s. */
export const slowPhone = { cpuRate: 4, latencyMs: 150, downKbps: 1_600, upKbps: 750 }

/** What it cost to show the first row. */
export interface FirstRow {
  ms: number
  /** Of the scripts that were fetched until then, as they were sent. */
  scriptBytes: number
  /** Paths that were asked of Plantel until then; preflights are not among them. */
  requests: string[]
  cls: number
  /** What moved, from where to where: x, y, width and height. */
  shifted: string[]
}

const observe = `
  globalThis.shifts = 0
  globalThis.shifted = []
  globalThis.interactions = new Map()
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries()) {
      if (hadRecentInput) continue
      globalThis.shifts += value
      globalThis.shifted.push(...sources.map(({ previousRect: from, currentRect: to }) =>
        [from, to].map(({ x, y, width, height }) => [x, y, width, height].join(' ')).join(' → ')))
    }
  }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => {
    for (const { interactionId, duration, name } of list.getEntries()) {
      if (interactionId === 0) continue
      const known = globalThis.interactions.get(interactionId)
      if (known === undefined || known.ms < duration) globalThis.interactions.set(interactionId, { ms: duration, name })
    }
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 })`

/** A page of its own, with nothing in the cache, that keeps what the measures are made of. */
export async function openMeasured(browser: Browser): Promise<{ page: Page; cdp: CDPSession }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en' })
  const page = await context.newPage()
  await page.addInitScript(observe)
  const cdp = await context.newCDPSession(page)
  return { page, cdp }
}

/** Loads a page on the slow phone until its first row is there. */
export async function measureFirstRow(
  browser: Browser,
  url: string,
  plantelUrl: string,
): Promise<FirstRow> {
  const { page, cdp } = await openMeasured(browser)
  await cdp.send('Network.enable')
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: slowPhone.latencyMs,
    downloadThroughput: (slowPhone.downKbps * 1_024) / 8,
    uploadThroughput: (slowPhone.upKbps * 1_024) / 8,
  })
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowPhone.cpuRate })
  await page.goto(url, { waitUntil: 'commit' })
  await page.waitForFunction(() => performance.getEntriesByName('first-row').length > 0)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  const found = await page.evaluate(() => {
    const ready = performance.getEntriesByName('first-row')[0]?.startTime ?? Infinity
    const resources = performance.getEntriesByType('resource')
    return {
      ms: ready,
      cls: Number(Reflect.get(globalThis, 'shifts')),
      shifted: Array.from<string>(Reflect.get(globalThis, 'shifted')),
      begun: resources
        .filter(({ startTime }) => startTime <= ready)
        .map((each) => ({
          url: each.name,
          bytes: Number(Reflect.get(each, 'encodedBodySize')),
          isScript: each.name.endsWith('.js'),
        })),
    }
  })
  const own = found.begun.filter(({ url }) => url.startsWith(plantelUrl))
  const sizes = await scriptSizes(own.filter(({ isScript }) => isScript).map(({ url }) => url))
  await page.context().close()
  return {
    ms: found.ms,
    cls: found.cls,
    shifted: found.shifted,
    scriptBytes: sizes,
    requests: [...new Set(own.map(({ url }) => new URL(url).pathname))],
  }
}

/** Sizes are not told to pages of another origin: the same files are asked for again, as a browser would. */
async function scriptSizes(urls: readonly string[]): Promise<number> {
  const answers = await Promise.all(
    [...new Set(urls)].map((url) => fetch(url, { headers: { 'accept-encoding': 'br' } })),
  )
  return answers.reduce((sum, { headers }) => sum + Number(headers.get('content-length')), 0)
}

/** From what somebody pressed until the frame that showed what came of it. */
export interface Interactions {
  /** Interaction to Next Paint: the slowest, of more than fifty the next slowest, and so on. */
  inpMs: number
  /** The three slowest by name. */
  slowest: string[]
  count: number
}

/** Reads what has been pressed so far. https://web.dev/articles/inp */
export async function readInteractions(page: Page): Promise<Interactions> {
  // What is slow is told a moment after it has been shown.
  await page.waitForTimeout(500)
  const { slow, count } = await page.evaluate(() => {
    const interactions = Reflect.get(globalThis, 'interactions') as Map<
      number,
      { ms: number; name: string }
    >
    return {
      slow: [...interactions.values()],
      count: performance.interactionCount,
    }
  })
  slow.sort((a, b) => b.ms - a.ms)
  return {
    inpMs: slow[Math.min(slow.length - 1, Math.floor(count / 50))]?.ms ?? 0,
    slowest: slow.slice(0, 3).map(({ ms, name }) => `${name} ${ms} ms`),
    count,
  }
}

/** What the page holds of JavaScript's memory once everything is collected that can be. */
export async function heapBytes(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = await cdp.send('Runtime.getHeapUsage')
  return usedSize
}

/** Elements of the largest row that is shown, itself among them; and how many rows are in the page. */
export function countNodes(page: Page): Promise<{ perRow: number; rows: number }> {
  return page.evaluate(() => {
    const list = document
      .querySelector('team-widget')
      ?.shadowRoot?.querySelector('team-member-list')
    const rows = [...(list?.shadowRoot?.querySelectorAll('[data-row]') ?? [])]
    const counts = rows.map((row) => row.querySelectorAll('*').length + 1)
    return { perRow: Math.max(0, ...counts), rows: rows.length }
  })
}
