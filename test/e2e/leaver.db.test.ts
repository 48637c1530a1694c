import { randomBytes } from 'node:crypto'

import { createTestDatabase, testEngines } from '@plantel/db/testing'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { chromiumLaunch, openBrowser, takeScreenshot } from '../support/browser.ts'
import {
  createDataFolder,
  findFreePort,
  type PlantelProcess,
  readDemoFile,
  startPlantel,
} from '../support/plantel-process.ts'
import { findOne, oktaDeactivation, sendScim } from '../support/scim-client.ts'

const canRun = chromiumLaunch !== undefined && testEngines.includes('postgres')

describe.skipIf(!canRun)('somebody who leaves, on two replicas over PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  const folders: { folder: string; remove: () => Promise<void> }[] = []
  const replicas: PlantelProcess[] = []
  let browser: Browser

  beforeAll(async () => {
    database = await createTestDatabase('postgres')
    if (database.options.engine !== 'postgres') throw new Error('not PostgreSQL')
    const shared = {
      DATABASE_URL: database.options.url,
      PLANTEL_SECRET: randomBytes(32).toString('hex'),
    }
    const port = await findFreePort()
    folders.push(await createDataFolder(), await createDataFolder())
    replicas.push(
      await startPlantel(folders[0]?.folder ?? '', port, { ...shared, PLANTEL_DEMO: '1' }),
    )
    // The second replica answers for the same public URL, as behind a load balancer.
    replicas.push(
      await startPlantel(folders[1]?.folder ?? '', await findFreePort(), {
        ...shared,
        PLANTEL_DEMO: '0',
        PLANTEL_PUBLIC_URL: `http://localhost:${port}`,
      }),
    )
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    for (const replica of replicas) await replica.stop()
    for (const folder of folders) await folder.remove()
    await database?.close()
  })

  test('signs in by SAML as by OpenID Connect', async () => {
    const demo = await readDemoFile(folders[0]?.folder ?? '')
    const context = await browser.newContext({ locale: 'en' })
    const page = await context.newPage()
    await page.goto(`${demo.url}/demo`)
    await page.getByRole('link', { name: /Sign in with your company/ }).click()
    await page.getByRole('link', { name: 'Continue with SAML (Okta)' }).click()
    await page.getByRole('button', { name: /Mateo Herrera Luna/ }).click()
    await page.getByRole('link', { name: 'Team' }).first().waitFor()
    await page.getByText('Mateo Herrera Luna').first().waitFor()
    const acme = demo.workspaces.find(({ slug }) => slug === 'acme')
    const rows = await database.owner
      .selectFrom('sessions')
      .innerJoin('sso_connections', 'sso_connections.id', 'sessions.connection_id')
      .select('sso_connections.kind')
      .where('sessions.workspace_id', '=', acme?.id ?? '')
      .execute()
    expect(rows).toEqual([{ kind: 'saml' }])
    await context.close()
  })

  test('signs in through the company, and after active:false the next request is refused', async () => {
    const demo = await readDemoFile(folders[0]?.folder ?? '')
    const context = await browser.newContext({ locale: 'en' })
    const page = await context.newPage()
    await page.goto(`${demo.url}/demo`)
    await page.getByRole('link', { name: /Sign in with your company/ }).click()
    await page.getByRole('link', { name: /Continue with Okta/ }).click()
    await takeScreenshot(page, '5-who-are-you')
    await page.getByRole('button', { name: /Mateo Herrera Luna/ }).click()
    await page.getByRole('link', { name: 'Team' }).first().waitFor()
    await page.getByText('Mateo Herrera Luna').first().waitFor()
    await takeScreenshot(page, '5-signed-in')
    const cookies = await context.cookies(demo.url)
    const session = cookies.find((cookie) => /^plantel-[0-9a-f]{8}$/.test(cookie.name))
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' })

    const first = demo.workspaces.find(({ slug }) => slug === 'acme')
    const second = {
      baseUrl: (first?.scim.baseUrl ?? '').replace(demo.url, replicas[1]?.listenUrl ?? ''),
      token: first?.scim.token ?? '',
    }
    const userId = await findOne(second, '/Users', 'userName eq "mateo.herrera@acme.example"')
    const answer = await sendScim(second, 'PATCH', `/Users/${userId}`, oktaDeactivation)
    expect(answer).toMatchObject({ status: 200, body: { active: false } })

    // The same browser session, its very next request.
    const refused = await context.request.get(page.url())
    expect(refused.status()).toBe(401)
    // The open page learns of it by back-channel logout and shows the same.
    await page.getByRole('heading', { name: /ended/ }).waitFor()
    await takeScreenshot(page, '6-refused')

    // Plantel's own session is gone too: signing in again asks the directory, and Plantel says no to who comes back.
    await page.goto(`${demo.url}/demo`)
    await page
      .getByRole('link', { name: /Sign in/ })
      .first()
      .click()
    await page.getByRole('link', { name: /Continue with Okta/ }).click()
    await page.getByRole('button', { name: /Mateo Herrera Luna/ }).click()
    await page.getByRole('heading', { name: /have access at the moment/ }).waitFor()
    await takeScreenshot(page, '7-suspended')
  })
})
