/** Inviting, editing, revoking and changing several people by the keyboard alone, on the real product. */
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
import { chromiumLaunch, openBrowser } from '../support/browser.ts'
import { type Keyboard, useKeyboard } from '../support/keyboard.ts'

const size = 12

interface Person {
  id: string
  displayName: string
  email: string
  state: string
  role: { key: string } | null
  departments: { name: string }[]
}

describe.skipIf(chromiumLaunch === undefined)('by the keyboard alone', () => {
  let plantel: TestInstallation
  let inbox: TestHost
  let workspace: string
  let browser: Browser
  const hosts: WidgetHost[] = []

  beforeAll(async () => {
    plantel = await openTestInstallation('postgres')
    inbox = await plantel.newHost('Inbox')
    const { body } = await inbox.call('POST', '/workspaces', workspaceBody('acme'))
    workspace = String(body['id'])
    if (plantel.db.options.engine !== 'postgres') throw new Error('not PostgreSQL')
    const pool = createPool({ connectionString: plantel.db.options.url, max: 1 }, undefined)
    await pool.query(fillPeople, [workspace, size])
    await pool.end()
    for (const language of ['en', 'es']) {
      const options = { plantelUrl: plantel.url, hostKey: inbox.key, workspace, language }
      hosts.push(await startWidgetHost({ ...options, member: String(body['ownerMemberId']) }))
    }
    // Both pages are the inbox's: the last one asked for its own origin only.
    await inbox.call('PUT', '/allowed-origins', { origins: hosts.map(({ url }) => url) })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    for (const host of hosts) host.close()
    await plantel?.close()
  })

  async function openTeam(host: WidgetHost | undefined): Promise<[Page, Keyboard]> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.goto(host?.url ?? '')
    await page.getByRole('grid').getByRole('row').nth(1).getByText('@').waitFor()
    return [page, await useKeyboard(page)]
  }

  async function find(search: string): Promise<Person[]> {
    const path = `/workspaces/${workspace}/members?search=${encodeURIComponent(search)}`
    const { body } = await inbox.call('GET', path)
    return body['members'] as Person[]
  }

  /** From the top of the page down the list to somebody, whose row has the focus then. */
  async function goTo(keys: Keyboard, name: string): Promise<string> {
    const [person] = await find(name)
    const row = `rowheader "${person?.displayName} ${person?.email}"`
    await keys.tabTo('searchbox "Search members"')
    let at = await keys.press('ArrowDown')
    for (let step = 0; at !== row && step < 2 * size; step += 1) at = await keys.press('ArrowDown')
    expect(at).toBe(row)
    return row
  }

  test('three people are invited, in Spanish', async () => {
    const [page, keys] = await openTeam(hosts[1])
    const dialog = page.getByRole('dialog')
    expect(await keys.press('Tab')).toBe('button "Agregar usuario"')
    await keys.press('Enter')
    await expect.poll(keys.focused).toBe('heading "Agregar usuario"')
    await dialog.getByRole('radio').first().waitFor()
    const field = 'textbox "Dirección de correo electrónico"'
    expect(await keys.tabTo(field)).toEqual(['button "Cerrar"', 'group "Agregar usuario"', field])
    await keys.type('lucia@keys.example, Mario <mario@keys.example>; nadie@; nuria@keys.example')
    await keys.press('Enter')
    await dialog.getByText('4 direcciones').waitFor()
    // The wrong one is taken out; its button is two stops before the field.
    expect(await keys.press('Shift+Tab', 'Shift+Tab')).toBe('button "Quitar nadie@"')
    expect(await keys.press('Enter')).toBe(field)
    await dialog.getByText('3 direcciones').waitFor()
    expect(await keys.press('Tab')).toMatch(/^radio "Agente /)
    expect(await keys.press('ArrowUp')).toMatch(/^radio "Gerente /)
    expect(await keys.tabTo('button "Agregar"')).toEqual([
      'textbox "Mensaje en el correo (opcional)"',
      'button "Importar un archivo CSV"',
      'button "Cancelar"',
      'button "Agregar"',
    ])
    await keys.press('Enter')
    await expect.poll(() => dialog.getByText('El correo va en camino').count()).toBe(3)
    await expect.poll(keys.focused).toBe('heading "Agregar usuario"')
    expect(await keys.tabTo('button "Listo"')).toEqual([
      'button "Cerrar"',
      'group "Agregar usuario"',
      'button "Agregar más"',
      'button "Listo"',
    ])
    await keys.press('Enter')
    await expect.poll(keys.focused).toBe('button "Agregar usuario"')
    expect(await find('keys.example')).toMatchObject(
      ['lucia', 'mario', 'nuria'].map((name) => ({
        email: `${name}@keys.example`,
        state: 'invited',
        role: { key: 'manager' },
      })),
    )
    await page.close()
  })

  test('a role and departments are changed', async () => {
    const [page, keys] = await openTeam(hosts[0])
    const row = await goTo(keys, 'Ana Bauer')
    await keys.press('Enter')
    await expect.poll(keys.focused).toBe('heading "Ana Bauer"')
    await page.getByRole('dialog').getByRole('radio').first().waitFor()
    expect(await keys.tabTo('tab "Access"')).toEqual([
      'button "Close"',
      'group "Ana Bauer"',
      'tab "Access"',
    ])
    expect(await keys.press('Tab')).toMatch(/^radio "Agent /)
    expect(await keys.press('ArrowUp')).toMatch(/^radio "Manager /)
    expect(await keys.press('Tab')).toBe('checkbox "Soporte"')
    const given = !(await page.getByRole('checkbox', { name: 'Soporte' }).isChecked())
    await keys.press(' ')
    expect(await keys.tabTo('button "Save"')).toEqual([
      'checkbox "Ventas-MX"',
      'checkbox "WhatsApp"',
      'checkbox "Supervisor Sees everyone’s conversations."',
      'button "Cancel"',
      'button "Save"',
    ])
    await keys.press('Enter')
    await expect.poll(() => find('Ana Bauer')).toMatchObject([{ role: { key: 'manager' } }])
    const [ana] = await find('Ana Bauer')
    expect(ana?.departments.some(({ name }) => name === 'Soporte')).toBe(given)
    // The button has gone with what it saved.
    await expect.poll(keys.focused).toBe('heading "Ana Bauer"')
    await keys.press('Escape')
    await expect.poll(keys.focused).toBe(row)
    await page.close()
  })

  test('somebody leaves and their conversations go to another', async () => {
    const [page, keys] = await openTeam(hosts[0])
    const row = await goTo(keys, 'Chloé Pinto')
    const below = await keys.press('ArrowDown')
    expect(await keys.press('ArrowUp')).toBe(row)
    await keys.press('Shift+F10')
    await expect.poll(keys.focused).toBe('menuitem "View details"')
    await keys.press('Escape')
    await expect.poll(keys.focused).toBe(row)
    await keys.press('Shift+F10')
    await expect.poll(keys.focused).toBe('menuitem "View details"')
    expect(await keys.press('End')).toBe('menuitem "Revoke access"')
    await keys.press('Enter')
    const title = 'Revoke the access of Chloé Pinto?'
    await expect.poll(keys.focused).toBe(`heading "${title}"`)
    const handOver = 'checkbox "Assign their conversations to somebody else"'
    expect(await keys.tabTo(handOver)).toEqual(['button "Close"', `group "${title}"`, handOver])
    await keys.press(' ')
    expect(await keys.press('Tab')).toBe('combobox "Assign to"')
    expect(await keys.press('Tab')).toBe('combobox "A member"')
    await keys.type('hanna')
    await page.getByRole('option', { name: /Hanna Esposito/ }).waitFor()
    expect(await keys.press('Enter')).toBe('combobox "A member"')
    expect(await keys.tabTo('button "Revoke access"')).toEqual([
      'button "Cancel"',
      'button "Suspend instead"',
      'button "Revoke access"',
    ])
    await keys.press('Enter')
    await expect.poll(() => find('Chloé Pinto')).toEqual([])
    // Who stood below has their place, and the focus.
    await expect.poll(keys.focused).toBe(below)
    const { body } = await inbox.call('GET', `/workspaces/${workspace}/handovers`)
    expect(body['handovers']).toMatchObject([
      {
        member: { displayName: 'Chloé Pinto' },
        parts: [{ to: { member: { displayName: 'Hanna Esposito' } } }],
      },
    ])
    await page.close()
  })

  test('several are suspended at once', async () => {
    const [page, keys] = await openTeam(hosts[0])
    const first = await goTo(keys, 'Hanna Esposito')
    expect(await keys.press(' ')).toBe(first.replace('"', '"✓ '))
    const third = await keys.press('Shift+ArrowDown', 'Shift+ArrowDown')
    expect(third).toMatch(/^rowheader "✓ /)
    const bar = page.getByRole('region', { name: 'What to do with them' })
    await bar.getByText('3 selected').waitFor()
    const actions = 'combobox "What to do with them"'
    expect((await keys.tabTo(actions)).at(-2)).toMatch(/^button "Select all \d+"$/)
    // An arrow opens what there is to choose, and chooses nothing.
    expect(await keys.press('ArrowDown')).toBe(actions)
    await keys.type('Suspend')
    await keys.press('Enter')
    await expect.poll(keys.focused).toBe('heading "Suspend 3 members"')
    const submit = page.getByRole('dialog').getByRole('button', { name: 'Suspend' })
    await expect.poll(() => submit.isEnabled()).toBe(true)
    expect(await keys.tabTo('button "Suspend"')).toEqual([
      'button "Close"',
      'group "Suspend 3 members"',
      'button "Cancel"',
      'button "Suspend"',
    ])
    await keys.press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Done' }).waitFor()
    await keys.tabTo('button "Done"')
    await keys.press('Enter')
    // More may be done with the same people.
    await expect.poll(keys.focused).toBe(actions)
    const suspended = await inbox.call('GET', `/workspaces/${workspace}/members?state=suspended`)
    expect(suspended.body['total']).toBe(3)
    await page.close()
  })

  test('whoever searches for nobody any more goes on in the search', async () => {
    const [page, keys] = await openTeam(hosts[0])
    const [person] = await find('Liam Klein')
    await keys.tabTo('searchbox "Search members"')
    await keys.type('liam klein')
    const row = `rowheader "Liam Klein ${person?.email}"`
    await expect.poll(() => keys.press('ArrowDown')).toBe(row)
    await inbox.call('DELETE', `/workspaces/${workspace}/members/${person?.id}`)
    await expect.poll(keys.focused).toBe('searchbox "Search members"')
    await page.close()
  })
})
