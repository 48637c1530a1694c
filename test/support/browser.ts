import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { type Browser, chromium, type Page } from 'playwright'

import { findChromium } from './chromium.ts'

const screenshotFolder = fileURLToPath(
  new URL('../../node_modules/.cache/screenshots', import.meta.url),
)

/** Whether a real browser can be had; without one the tests that need it are skipped, and under CI they fail. */
export const chromiumLaunch = await findChromium()

if (chromiumLaunch === undefined && process.env['CI'] !== undefined) {
  throw new Error('No Chromium found: the end-to-end tests need one.')
}

export async function openBrowser(): Promise<Browser> {
  if (chromiumLaunch === undefined) throw new Error('No Chromium found.')
  return chromium.launch(chromiumLaunch)
}

/** Keeps a picture for people to look at. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshotFolder, { recursive: true })
  await page.screenshot({ path: path.join(screenshotFolder, `${name}.png`) })
}
