import { fileURLToPath } from 'node:url'

import { openBrowser } from './browser.ts'
import { createDataFolder, findFreePort, readDemoFile, startPlantel } from './plantel-process.ts'

/** Makes the README's picture anew: the Team widget in the demo inbox, just after somebody was hired. */

const file = fileURLToPath(new URL('../../docs/images/team-widget.png', import.meta.url))

const data = await createDataFolder()
const plantel = await startPlantel(data.folder, await findFreePort())
const browser = await openBrowser()
try {
  const demo = await readDemoFile(data.folder)
  const context = await browser.newContext({
    viewport: { width: 1440, height: 820 },
    deviceScaleFactor: 1,
    locale: 'en',
  })
  const inbox = await context.newPage()
  await inbox.goto(`${demo.url}/demo`)
  await inbox.getByRole('link', { name: 'Team' }).first().click()
  const grid = inbox.getByRole('grid')
  await grid.getByRole('row').nth(5).waitFor()
  const before = await grid.getAttribute('aria-rowcount')

  const directory = await context.newPage()
  await directory.goto(`${demo.url}/demo/directory`)
  await directory.getByRole('button', { name: /Hire into Ventas-MX/ }).click()

  await inbox.bringToFront()
  await inbox.waitForFunction((count) => {
    const list = document
      .querySelector('team-widget')
      ?.shadowRoot?.querySelector('team-member-list')
    return list?.shadowRoot?.querySelector('[role=grid]')?.getAttribute('aria-rowcount') !== count
  }, before)
  await inbox.waitForTimeout(1_500)
  await inbox.screenshot({ path: file })
  console.info(`Written: ${file}`)
} finally {
  await browser.close()
  await plantel.stop()
  await data.remove()
}
