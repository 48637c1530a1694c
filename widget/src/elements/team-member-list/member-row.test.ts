import { describe, expect, test, vi } from 'vitest'

import { believablePeople } from '../../testing/people.ts'
import { showPeople, someone, viewportOf } from '../../testing/show-list.ts'

const now = Date.now()

describe('a row', () => {
  test('has at most 25 elements, whatever the member has', async () => {
    const full = someone('full', {
      isYou: true,
      isOwner: true,
      presence: 'away',
      avatarUrl: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=',
    })
    const members = [full, ...believablePeople(now)]
    const { rows } = await showPeople(members, { widthPx: 1400 })
    await vi.waitFor(() => expect(rows()[0]?.querySelector('.presence')).not.toBeNull())
    for (const row of rows()) expect(1 + row.querySelectorAll('*').length).toBeLessThanOrEqual(25)
  })

  test('shows who is you, who owns the workspace, who is invited and who is managed', async () => {
    const mounted = await showPeople()
    expect(mounted.row('Lucía Fernández')?.querySelector('.role .owner')?.textContent).toBe('Owner')
    expect(mounted.row('Beatriz Carvalho')?.textContent).toContain('You')
    expect(mounted.row('Diego Maldonado')?.textContent).toContain('Pending')
    expect(mounted.row('Mateo Quispe')?.textContent).toContain('Managed by Okta')
  })

  test.each([
    [1088, 'en'],
    [1088, 'es'],
    [1088, 'pt-BR'],
    [320, 'en'],
    [320, 'es'],
    [320, 'pt-BR'],
  ])(
    'cuts neither the owner’s name nor their directory at %i px in %s',
    async (widthPx, locale) => {
      const olga = someone('olga', {
        displayName: 'Olga Owner',
        isYou: true,
        isOwner: true,
        role: { id: 'owner', key: 'owner', name: 'Owner', builtIn: true },
        managedBy: { kind: 'directory', name: 'Okta' },
      })
      const mounted = await showPeople([olga], { widthPx, locale })
      const row = await vi.waitUntil(() => mounted.row('Olga Owner'))
      for (const part of ['bdi', '.mark', '.role', '.managed']) {
        const shown = row.querySelector(part)
        expect([part, shown?.scrollWidth]).toEqual([part, shown?.clientWidth])
      }
    },
  )

  test('says why somebody has no access', async () => {
    const reasons = [
      someone('a', { role: null, noRoleReason: 'no_grant' }),
      someone('b', { role: null, noRoleReason: 'no_seat' }),
    ]
    const mounted = await showPeople(reasons)
    expect(mounted.row('Someone a')?.textContent).toMatch(/No access.*No role granted yet/s)
    expect(mounted.row('Someone b')?.textContent).toMatch(/No access.*No seat left/s)
  })

  test('says a built-in role in the reader’s language, in the filter and the dialog too', async () => {
    const role = { id: 'agent', key: 'agent', name: 'Agent', builtIn: true }
    const since = '2026-03-03T10:00:00Z'
    const grant = { kind: 'role', value: role, source: { kind: 'local' }, since } as const
    const member = someone('a', { role, grants: [{ ...grant, effective: true }] })
    const mounted = await showPeople([member], { locale: 'es' })
    const shown = (): string => mounted.row('Someone a')?.textContent ?? ''
    await vi.waitFor(() => expect(shown()).toContain('Agente'))
    await vi.waitFor(() =>
      expect(mounted.listRoot.querySelectorAll('select')[1]?.textContent).toContain('Agente'),
    )
    mounted.row('Someone a')?.click()
    await vi.waitFor(() => {
      const panel = mounted.element.renderRoot.querySelector('team-member-panel')
      expect(panel?.shadowRoot?.querySelector('.facts')?.textContent).toContain('Agente')
    })
    mounted.element.labels = { roleNames: { agent: 'Asesor' } }
    await vi.waitFor(() => expect(shown()).toContain('Asesor'))
  })

  test('says a role of the workspace’s own as the workspace calls it', async () => {
    const role = { id: 'agent', key: 'agent', name: 'Closer', builtIn: false }
    const mounted = await showPeople([someone('a', { role })], { locale: 'es' })
    await vi.waitFor(() => expect(mounted.row('Someone a')?.textContent).toContain('Closer'))
  })

  test('shows the user name of somebody without an email', async () => {
    const mounted = await showPeople([someone('a', { email: null, userName: 'agent.7' })])
    expect(mounted.row('Someone a')?.querySelector('.address')?.textContent).toBe('agent.7')
  })

  test('keeps its height and width with a name of 300 characters and one that runs right to left', async () => {
    const long = someone('long', {
      displayName: 'Wolfeschlegelsteinhausen'.repeat(13).slice(0, 300),
    })
    const mixed = someone('mixed', { displayName: '\u202Eעמית כהן\u202D (Tel Aviv)' })
    const mounted = await showPeople([long, mixed])
    const heights = mounted.rows().map((row) => row.getBoundingClientRect().height)
    expect(new Set(heights).size).toBe(1)
    const viewport = viewportOf(mounted)
    expect(viewport.scrollWidth).toBe(viewport.clientWidth)
    const bdi = mounted.rows()[1]?.querySelector('bdi') as HTMLElement
    expect(getComputedStyle(bdi).unicodeBidi).toBe('isolate')
  })

  test('shows initials when the picture cannot be loaded, and the picture when it can', async () => {
    const gif = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
    const mounted = await showPeople([
      someone('a', { displayName: 'Ana Ruiz', avatarUrl: 'data:image/png;base64,broken' }),
      someone('b', { displayName: 'Bea Sol', avatarUrl: gif }),
    ])
    const [broken, fine] = mounted.rows().map((row) => row.querySelector('img') as HTMLElement)
    if (broken === undefined || fine === undefined) throw new Error('No pictures.')
    await vi.waitFor(() => expect(getComputedStyle(broken).visibility).toBe('hidden'))
    expect(broken.parentElement?.textContent).toContain('AR')
    expect(getComputedStyle(fine).visibility).toBe('visible')
  })
})
