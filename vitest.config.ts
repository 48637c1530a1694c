import { availableParallelism } from 'node:os'

import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'

import { type ChromiumLaunch, findChromium } from './test/support/chromium.ts'

const conditions = ['plantel:source']

/** Replicas remember tokens and settings for a second: `expect.poll` waits longer than that. */
const waiting = { poll: { timeout: 30_000 } }

const node: TestProjectConfiguration = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: 'node',
    expect: waiting,
    environment: 'node',
    // A machine that is busy is ten times slower; whatever hangs is found out all the same.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    include: ['{db,team,scim-server,idp-bridge,app}/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.browser.test.ts', '**/dist/**', '**/node_modules/**'],
  },
}

const browser = (launch: ChromiumLaunch): TestProjectConfiguration => ({
  test: {
    name: 'browser',
    expect: waiting,
    include: ['widget/src/**/*.test.ts'],
    testTimeout: 60_000,
    setupFiles: ['widget/src/testing/patience.ts'],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: launch }),
      instances: [{ browser: 'chromium' }],
    },
  },
})

const launch = await findChromium()
if (launch === undefined) {
  const message =
    'No Chromium found: set CHROMIUM_PATH or run `pnpm exec playwright install chromium`.'
  if (process.env['CI'] !== undefined) throw new Error(message)
  console.warn(`${message} The browser tests are skipped.`)
}

export default defineConfig({
  test: {
    // All cores, not all but one: most tests wait for a database, a browser or another process.
    maxWorkers: availableParallelism(),
    projects: launch === undefined ? [node] : [node, browser(launch)],
    coverage: {
      provider: 'v8',
      include: ['{db,team,scim-server,idp-bridge,app,widget}/src/**/*.ts'],
      reporter: ['text', 'html', 'lcov'],
    },
  },
})
