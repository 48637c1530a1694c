/** The team screens of four inboxes, step by step as their help articles tell it, on the real product. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Browser, BrowserContext, Locator, Page } from 'playwright'
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

type Preset = 'wati' | 'whaticket' | 'respond' | 'umnico'

/** Where each product has its team, as its article says: what is opened, and what is chosen there. */
const menus: Readonly<Record<Preset, Readonly<Record<string, readonly [string, string]>>>> = {
  wati: { es: ['MÁS', 'Gestión de usuarios'] },
  whaticket: { es: ['Menú', 'Equipo'], 'pt-BR': ['Menu', 'Equipe'] },
  respond: { es: ['Configuración', 'Usuarios'] },
  umnico: { es: ['Configuración', 'Usuarios'] },
}

const departments = ['Ventas', 'Soporte']
const channels = [
  { key: 'whatsapp', name: 'WhatsApp Ventas' },
  { key: 'instagram', name: 'Instagram' },
]

function rowOf(page: Page, name: string): Locator {
  return page.getByRole('grid').getByRole('row').filter({ hasText: name })
}

/** Presses an entry of the menu beside somebody. */
async function choose(page: Page, name: string, entry: string): Promise<void> {
  await rowOf(page, name).getByRole('gridcell', { name: 'Acciones para' }).click()
  await page.getByRole('menuitem', { name: entry, exact: true }).click()
}

describe.skipIf(chromiumLaunch === undefined)('the team screen of', () => {
  let data: { folder: string; remove: () => Promise<void> }
  let plantel: PlantelProcess
  let demo: DemoFile
  let browser: Browser
  let context: BrowserContext
  let host: Server
  let hostUrl: string
  let mailboxUrl: string
  const workspaces = new Map<string, { id: string; ownerMemberId: string }>()
  const problems: string[] = []

  async function hostApi<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${demo.hostApi.baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${demo.hostApi.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return (text === '' ? {} : JSON.parse(text)) as Answer
  }

  beforeAll(async () => {
    data = await createDataFolder()
    const port = await findFreePort()
    plantel = await startPlantel(data.folder, port)
    demo = await readDemoFile(data.folder)
    mailboxUrl = `http://127.0.0.1:${port + 1}/mailbox`
    host = createServer(async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
      if (pathname === '/token') {
        const [workspace, member] = [searchParams.get('workspace'), searchParams.get('member')]
        const token = await hostApi('POST', '/widget-tokens', { workspace, member })
        response.setHeader('content-type', 'application/json').end(JSON.stringify(token))
        return
      }
      if (pathname !== '/') {
        // The browser asks for an icon.
        response.writeHead(204).end()
        return
      }
      const lang = searchParams.get('lang') ?? 'es'
      const preset = searchParams.get('preset') as Preset
      const [menu, entry] = menus[preset][lang] ?? []
      response.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html>
        <html lang="${lang}"><title>Host</title>
        <style>body { display: grid; grid-template-columns: 11rem 1fr; font-family: system-ui }</style>
        <nav><details><summary>${menu}</summary><button type="button">${entry}</button></details></nav>
        <main></main>
        <script type="module">
          document.querySelector('nav button').addEventListener('click', async () => {
            const element = document.createElement('team-widget')
            element.setAttribute('api-base', '${demo.url}')
            element.getToken = async () => (await fetch('/token' + location.search, { method: 'POST' })).json()
            // The words of its own that the article shows beside those of the preset.
            if ('${preset}' === 'respond') {
              element.labels = { common: { save: 'Actualizar' }, person: { editAccess: 'Editar' } }
            }
            document.querySelector('main').replaceChildren(element)
            await import('${demo.url}/widget/0.1.0/team-widget.js')
          })
        </script></html>`)
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => host.once('listening', resolve))
    hostUrl = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
    await hostApi('PUT', '/allowed-origins', { origins: [hostUrl] })
    for (const preset of ['wati', 'whaticket', 'respond', 'umnico'] as const) {
      const created = await hostApi<{ id: string; ownerMemberId: string }>('POST', '/workspaces', {
        slug: `inbox-${preset}`,
        name: 'Café Altura',
        preset,
        locale: 'es',
        timeZone: 'America/Mexico_City',
        owner: { email: `olga@${preset}.example`, displayName: 'Olga Prado' },
        // Of respond.io's people the access level is all that there is to decide.
        ...(preset !== 'respond' && { departments, channels }),
      })
      workspaces.set(preset, created)
    }
    browser = await openBrowser()
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'es-MX' })
    context.on('console', (message) => {
      if (message.type() === 'error' && message.page()?.url().startsWith(hostUrl) === true) {
        problems.push(message.text())
      }
    })
  })
  afterAll(async () => {
    await browser?.close()
    host?.close()
    await plantel?.stop()
    await data?.remove()
  })

  /** The host's page with the widget, as the owner or somebody else sees it. */
  async function openTeam(
    preset: Preset,
    { lang = 'es', member }: { lang?: string; member?: string } = {},
  ): Promise<Page> {
    const workspace = workspaces.get(preset)
    if (workspace === undefined) throw new Error(`There is no workspace of ${preset}.`)
    const page = await context.newPage()
    const query = new URLSearchParams({
      preset,
      lang,
      workspace: workspace.id,
      member: member ?? workspace.ownerMemberId,
    })
    await page.goto(`${hostUrl}/?${query}`)
    const [menu = '', entry = ''] = menus[preset][lang] ?? []
    await page.getByText(menu, { exact: true }).click()
    await page.getByRole('navigation').getByRole('button', { name: entry }).click()
    await page.getByRole('grid').getByRole('row').nth(1).getByText('@').first().waitFor()
    return page
  }

  async function memberIdOf(preset: Preset, search: string): Promise<string> {
    const path = `/workspaces/${workspaces.get(preset)?.id}/members?search=${encodeURIComponent(search)}`
    const { members } = await hostApi<{ members: { id: string }[] }>('GET', path)
    return members[0]?.id ?? ''
  }

  /** Opens the mail to somebody and presses its button. */
  async function followMail(to: string, button: string): Promise<Page> {
    const page = await context.newPage()
    const mail = page.locator('li[data-mail]', { hasText: to })
    await expect
      .poll(async () => {
        await page.goto(mailboxUrl)
        return mail.count()
      })
      .toBe(1)
    await mail.getByRole('link').click()
    const [opened] = await Promise.all([
      page.waitForEvent('popup'),
      page.frameLocator('iframe').getByRole('link', { name: button }).click(),
    ])
    await opened.waitForLoadState()
    await page.close()
    return opened
  }

  test('Wati: name, address, job title and role, and the mail goes out by itself', async () => {
    const page = await openTeam('wati')
    await page.getByRole('heading', { name: 'Gestión de usuarios' }).waitFor()
    await page.getByRole('button', { name: 'Agregar usuario' }).click()
    const form = page.getByRole('dialog', { name: 'Agregar usuario' })
    await form.getByLabel('Nombre').fill('Marta')
    await form.getByLabel('Apellido').fill('Solano')
    await form.getByLabel('Dirección de correo electrónico').fill('marta@wati.example')
    await form.getByLabel('Cargo').fill('Atención al cliente')
    await form.getByRole('checkbox', { name: 'Soporte' }).check()
    expect(await form.getByRole('radio').count()).toBe(3)
    await form.getByRole('radio', { name: 'Administrador' }).check()
    await takeScreenshot(page, 'inbox-wati-form')
    await form.getByRole('button', { name: 'Guardar' }).click()
    await form.getByText('El correo va en camino').waitFor()
    await form.getByRole('button', { name: 'Listo' }).click()
    const row = rowOf(page, 'Marta Solano')
    await row.getByText('Pendiente').waitFor()
    await takeScreenshot(page, 'inbox-wati-list')

    const invitation = await followMail('marta@wati.example', 'Aceptar la invitación')
    await invitation.getByLabel('Nueva contraseña').fill('tres tazas de agua')
    await invitation.getByRole('button', { name: 'Aceptar la invitación' }).click()
    await row.getByText('Activo', { exact: true }).waitFor()
    await invitation.close()
    await page.close()
  })

  test.each([
    {
      lang: 'es',
      words: {
        title: 'Equipo',
        departments: 'Departamentos',
        newDepartment: 'Nuevo departamento',
        departmentName: 'Nombre',
        save: 'Guardar',
        members: 'Miembros',
        add: 'Añadir usuario',
        name: 'Nombre',
        signature: 'Los clientes ven este nombre cuando la firma está activa.',
        user: 'Usuario',
        email: 'Dirección de correo electrónico',
        password: 'Contraseña',
        submit: 'Agregar',
        done: 'Listo',
        active: 'Activo',
      },
    },
    {
      lang: 'pt-BR',
      words: {
        title: 'Equipe',
        departments: 'Departamentos',
        newDepartment: 'Novo departamento',
        departmentName: 'Nome',
        save: 'Salvar',
        members: 'Membros',
        add: 'Adicionar usuário',
        name: 'Nome',
        signature: 'Os clientes veem este nome quando a assinatura está ativa.',
        user: 'Usuário',
        email: 'E-mail',
        password: 'Senha',
        submit: 'Adicionar',
        done: 'Concluir',
        active: 'Ativo',
      },
    },
  ])(
    'Whaticket in $lang: user or administrator, with a password that the administrator sets',
    async ({ lang, words }) => {
      const page = await openTeam('whaticket', { lang })
      await page.getByRole('heading', { name: words.title, exact: true }).waitFor()
      const department = `Campañas ${lang}`
      await page.getByRole('button', { name: words.departments }).click()
      await page.getByRole('button', { name: words.newDepartment }).click()
      await page.getByLabel(words.departmentName, { exact: true }).fill(department)
      await page.getByRole('button', { name: words.save }).click()
      await page.getByRole('listitem').filter({ hasText: department }).waitFor()
      await page.getByRole('button', { name: words.members }).click()

      await page.getByRole('button', { name: words.add }).click()
      const form = page.getByRole('dialog', { name: words.add })
      await form.getByLabel(words.name, { exact: true }).fill(`Rita ${lang}`)
      await form.getByText(words.signature).waitFor()
      await form.getByRole('radio', { name: words.user }).check()
      await form.getByLabel(words.email).fill(`rita-${lang}@whaticket.example`)
      await form.getByRole('textbox', { name: words.password }).fill('cinco soles de maio')
      await form.getByRole('checkbox', { name: department }).check()
      await takeScreenshot(page, `inbox-whaticket-form-${lang}`)
      await form.getByRole('button', { name: words.submit, exact: true }).click()
      await form.getByRole('button', { name: words.done }).click()
      const row = rowOf(page, `Rita ${lang}`)
      await row.getByText(words.active, { exact: true }).waitFor()
      expect(await row.getByText(words.user, { exact: true }).count()).toBe(1)
      await takeScreenshot(page, `inbox-whaticket-list-${lang}`)
      await page.close()
    },
  )

  /** Comes in by the mail, and is seen by somebody who looks at the list. */
  async function accept(to: string, name: string, list: Page): Promise<void> {
    const invitation = await followMail(to, 'Obtener acceso')
    await invitation.getByLabel('Tu nombre').fill(name)
    await invitation.getByLabel('Nueva contraseña').fill('tres tazas de agua')
    await invitation.getByRole('button', { name: 'Obtener acceso' }).click()
    await rowOf(list, name).getByText('Activo', { exact: true }).waitFor()
    await invitation.close()
  }

  test('respond.io: a manager adds agents only, an owner edits the access level, and access is revoked both ways', async () => {
    const page = await openTeam('respond')
    await page.getByRole('columnheader', { name: 'Último activo' }).waitFor()
    await page.getByRole('button', { name: 'Agregar usuario' }).click()
    const form = page.getByRole('dialog', { name: 'Agregar usuario' })
    await form.getByLabel('Dirección de correo electrónico').fill('gabi@respond.example')
    await form
      .getByRole('group', { name: 'Nivel de acceso' })
      .getByRole('radio', { name: 'Gerente' })
      .check()
    await form.getByRole('button', { name: 'Agregar', exact: true }).click()
    await form.getByRole('button', { name: 'Listo' }).click()
    await rowOf(page, 'gabi@respond.example').getByText('Pendiente').waitFor()
    await accept('gabi@respond.example', 'Gabi Luna', page)

    const manager = await openTeam('respond', {
      member: await memberIdOf('respond', 'gabi@respond'),
    })
    // Whoever has the screen open is online, and others see it without a reload.
    await rowOf(page, 'Gabi Luna').getByRole('img', { name: 'En línea' }).waitFor()
    await takeScreenshot(page, 'inbox-respond-presence')
    await page.close()
    await manager.getByRole('button', { name: 'Agregar usuario' }).click()
    const add = manager.getByRole('dialog', { name: 'Agregar usuario' })
    expect(await add.getByRole('radio', { name: 'Gerente' }).isDisabled()).toBe(true)
    expect(await add.getByRole('radio', { name: 'Agente' }).isChecked()).toBe(true)
    await add
      .getByLabel('Dirección de correo electrónico')
      .fill('abel@respond.example, beto@respond.example')
    await add.getByRole('button', { name: 'Agregar', exact: true }).click()
    await add.getByRole('button', { name: 'Listo' }).click()

    // Nobody edits or revokes their own access.
    await rowOf(manager, 'Gabi Luna').getByRole('gridcell', { name: 'Acciones para' }).click()
    const own = manager.getByRole('menu')
    await own.getByRole('menuitem', { name: 'Ver detalles' }).waitFor()
    expect(
      await own.getByRole('menuitem', { name: /Revocar|Editar acceso|Suspender/ }).count(),
    ).toBe(0)
    await manager.keyboard.press('Escape')

    await accept('abel@respond.example', 'Abel Ríos', manager)
    await accept('beto@respond.example', 'Beto Sanz', manager)

    // «Presione EDITAR … solo puede realizar cambios en el nivel de acceso … presione ACTUALIZAR»
    const owner = await openTeam('respond')
    await choose(owner, 'Abel Ríos', 'Editar')
    const edit = owner.getByRole('dialog', { name: 'Abel Ríos' })
    const level = edit.getByRole('group', { name: 'Nivel de acceso' })
    expect(await level.getByRole('radio', { name: 'Agente' }).isChecked()).toBe(true)
    expect(await edit.getByRole('group', { name: /Departamentos|Canales/ }).count()).toBe(0)
    await level.getByRole('radio', { name: 'Gerente' }).check()
    await edit.getByRole('button', { name: 'Actualizar' }).click()
    await rowOf(owner, 'Abel Ríos').getByText('Gerente', { exact: true }).waitFor()
    await takeScreenshot(owner, 'inbox-respond-edit')
    await level.getByRole('radio', { name: 'Agente' }).check()
    await edit.getByRole('button', { name: 'Actualizar' }).click()
    await rowOf(manager, 'Abel Ríos').getByText('Agente', { exact: true }).waitFor()
    await owner.close()

    // «De forma predeterminada, todos los contactos se marcarán como no asignados»
    await choose(manager, 'Beto Sanz', 'Revocar acceso')
    const first = manager.getByRole('dialog', { name: /Revocar el acceso de Beto/ })
    await first.getByText('quedan sin asignar').waitFor()
    expect(
      await first
        .getByRole('checkbox', { name: 'Asignar sus conversaciones a otro usuario' })
        .isChecked(),
    ).toBe(false)
    await first.getByRole('button', { name: 'Revocar acceso' }).click()
    await rowOf(manager, 'Beto Sanz').waitFor({ state: 'detached' })

    await manager.getByRole('searchbox', { name: 'Buscar miembros' }).fill('abel')
    await expect.poll(() => manager.getByRole('grid').getByRole('row').count()).toBe(2)
    await rowOf(manager, 'Abel Ríos').getByRole('rowheader').getByText('Abel Ríos').click()
    const panel = manager.getByRole('dialog', { name: 'Abel Ríos' })
    await panel.getByRole('tab', { name: 'Perfil' }).click()
    await panel.getByText('Solo la propia persona puede cambiar su perfil.').waitFor()
    expect(await panel.getByLabel('Nombre para mostrar').isEditable()).toBe(false)
    await takeScreenshot(manager, 'inbox-respond-profile')
    await panel.getByRole('button', { name: 'Cerrar' }).click()

    await rowOf(manager, 'Abel Ríos').getByRole('gridcell', { name: 'Acciones para' }).click()
    await manager.getByRole('menuitem', { name: 'Revocar acceso' }).click()
    const revoke = manager.getByRole('dialog', { name: /Revocar el acceso/ })
    await revoke.getByText('quedan sin asignar').waitFor()
    await revoke
      .getByRole('checkbox', { name: 'Asignar sus conversaciones a otro usuario' })
      .check()
    await revoke.getByRole('combobox', { name: 'Un miembro' }).fill('gabi')
    await revoke.getByRole('option', { name: /Gabi Luna/ }).click()
    await takeScreenshot(manager, 'inbox-respond-revoke')
    await revoke.getByRole('button', { name: 'Revocar acceso' }).click()
    await rowOf(manager, 'Abel Ríos').waitFor({ state: 'detached' })
    const path = `/workspaces/${workspaces.get('respond')?.id}/handovers`
    const { handovers } = await hostApi<{ handovers: { member: { displayName: string } }[] }>(
      'GET',
      path,
    )
    const of = (name: string): unknown =>
      handovers.find(({ member }) => member.displayName === name)
    expect(of('Abel Ríos')).toMatchObject({
      parts: [{ to: { member: { displayName: 'Gabi Luna' } } }],
    })
    expect(of('Beto Sanz')).toMatchObject({ parts: [{ to: { kind: 'unassigned' } }] })
    await manager.close()
  })

  test('Umnico: address, channels and Supervisor, and the person begins with a button in the mail', async () => {
    const page = await openTeam('umnico')
    await page.getByRole('heading', { name: 'Usuarios' }).waitFor()
    await page.getByRole('button', { name: '+ Agregar usuario' }).click()
    const form = page.getByRole('dialog', { name: 'Agregar usuario' })
    await form.getByLabel('Dirección de correo electrónico').fill('uma@umnico.example')
    await form.getByRole('checkbox', { name: 'WhatsApp Ventas' }).check()
    await form.getByRole('checkbox', { name: /Supervisor/ }).check()
    await takeScreenshot(page, 'inbox-umnico-form')
    await form.getByRole('button', { name: 'Listo' }).click()
    await form.getByText('El correo va en camino').waitFor()
    await form.getByRole('button', { name: 'Listo' }).click()
    await rowOf(page, 'uma@umnico.example').getByText('Pendiente').waitFor()
    const invitation = await followMail('uma@umnico.example', 'Comenzar a usar')
    await invitation.getByLabel('Nueva contraseña').fill('tres tazas de agua')
    await invitation.getByLabel('Tu nombre').fill('Uma Vargas')
    await invitation.getByRole('button', { name: 'Comenzar a usar' }).click()
    const row = rowOf(page, 'Uma Vargas')
    await row.getByText('Activo', { exact: true }).waitFor()
    await row.getByRole('rowheader').getByText('Uma Vargas').click()
    const panel = page.getByRole('dialog', { name: 'Uma Vargas' })
    expect(await panel.getByRole('checkbox', { name: /Supervisor/ }).isChecked()).toBe(true)
    await takeScreenshot(page, 'inbox-umnico-panel')
    await invitation.close()
    await page.close()
    expect(problems).toEqual([])
  })
})
