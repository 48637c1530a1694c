import type { Browser, BrowserContext, Page } from 'playwright'
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

describe.skipIf(chromiumLaunch === undefined)('from an invitation to the inbox', () => {
  let data: { folder: string; remove: () => Promise<void> }
  let plantel: PlantelProcess
  let demo: DemoFile
  let mailboxUrl: string
  let browser: Browser
  let context: BrowserContext
  const problems: string[] = []

  beforeAll(async () => {
    const port = await findFreePort()
    data = await createDataFolder()
    plantel = await startPlantel(data.folder, port)
    demo = await readDemoFile(data.folder)
    mailboxUrl = `http://127.0.0.1:${port + 1}/mailbox`
    browser = await openBrowser()
    context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      locale: 'es-MX',
    })
    context.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
    })
  })
  afterAll(async () => {
    await browser?.close()
    await plantel?.stop()
    await data?.remove()
  })

  const hostApi = async (
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const workspace = demo.workspaces.find(({ slug }) => slug === 'acme')
    const response = await fetch(`${demo.hostApi.baseUrl}/workspaces/${workspace?.id}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${demo.hostApi.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    }
  }

  /** Opens a mail once it has come, and what its button leads to. */
  async function followMail(to: string, subject: string, button: string): Promise<Page> {
    const page = await context.newPage()
    const mail = page.locator('li[data-mail]', { hasText: to }).filter({ hasText: subject })
    await expect
      .poll(
        async () => {
          await page.goto(mailboxUrl)
          return mail.count()
        },
        { timeout: 20_000 },
      )
      .toBe(1)
    await mail.getByRole('link').click()
    await takeScreenshot(page, `mail-${button.toLowerCase().replaceAll(' ', '-')}`)
    const [opened] = await Promise.all([
      page.waitForEvent('popup'),
      page.frameLocator('iframe').getByRole('link', { name: button }).click(),
    ])
    await opened.waitForLoadState()
    return opened
  }

  test('a person opens the mail, chooses a password and is in the inbox', async () => {
    const invited = await hostApi('POST', '/invitations', {
      people: [{ email: 'ana.ruiz@acme.example', role: 'agent', departments: ['Cobranza'] }],
      message: 'Empezamos el lunes.',
    })
    expect(invited).toMatchObject({ status: 201, body: { refused: [] } })

    const page = await followMail('ana.ruiz@acme.example', 'Te invitaron', 'Obtener acceso')
    await page.getByRole('heading', { name: /Acme Logística/ }).waitFor()
    await page.getByText('Empezamos el lunes.').waitFor()
    await takeScreenshot(page, 'acceptance')
    await page.getByLabel('Tu nombre').fill('Ana Ruiz')
    await page.getByLabel('Nueva contraseña').fill('tres tazas de agua')
    await page.getByRole('button', { name: 'Obtener acceso' }).click()
    await page.waitForURL(/\/inbox$/)
    await page.getByText('Ana Ruiz').first().waitFor()
    await takeScreenshot(page, 'in-the-inbox')
  })

  test('and comes in with that password later, and with a new one when it is forgotten', async () => {
    await context.clearCookies()
    const inbox = new URL(mailboxUrl).origin
    const page = await context.newPage()
    await page.goto(`${inbox}/inbox/sign-in?workspace=acme`)
    await page.getByLabel('Correo electrónico').fill('ana.ruiz@acme.example')
    await page.getByLabel('Contraseña').fill('otra cosa')
    await page.getByRole('button', { name: 'Iniciar sesión' }).click()
    await page.getByRole('alert').getByText('no coinciden').waitFor()
    await takeScreenshot(page, 'wrong-password')

    await page.getByRole('link', { name: '¿Olvidaste tu contraseña?' }).click()
    await page.getByLabel('Correo electrónico').fill('ana.ruiz@acme.example')
    await page.getByRole('button', { name: 'Enviar el enlace' }).click()
    await page.getByRole('heading', { name: 'Revisa tu correo' }).waitFor()
    const chosen = await followMail(
      'ana.ruiz@acme.example',
      'Una contraseña nueva',
      'Elegir una contraseña nueva',
    )
    await chosen.getByLabel('Nueva contraseña').fill('siete vidas tiene')
    await chosen.getByRole('button', { name: 'Guardar la contraseña' }).click()
    await chosen.getByRole('link', { name: 'Ir a la bandeja de entrada' }).click()
    await chosen.getByLabel('Correo electrónico').fill('ana.ruiz@acme.example')
    await chosen.getByLabel('Contraseña').fill('siete vidas tiene')
    await chosen.getByRole('button', { name: 'Iniciar sesión' }).click()
    await chosen.waitForURL(/\/inbox$/)
    await chosen.getByText('Ana Ruiz').first().waitFor()
    // What the browser itself says of the refused password.
    expect(problems.filter((text) => !text.includes('401'))).toEqual([])
  })
})
