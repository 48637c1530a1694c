import axe from 'axe-core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'

import type { MemberDetail, WorkspaceAction } from '../../contract/index.ts'
import { MOST_ROWS } from '../../controllers/row-window.ts'
import { InMemoryTeamApi, type MemberSource } from '../../testing/in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from '../../testing/mount-widget.ts'
import { believablePeople, personNumber } from '../../testing/people.ts'

const now = Date.now()
const hundredThousand: MemberSource = {
  length: 100_000,
  at: (index) => (index >= 0 && index < 100_000 ? personNumber(index, now) : undefined),
}
let widget: MountedWidget | undefined

afterEach(() => {
  widget?.unmount()
  widget = undefined
})

async function show(
  api: InMemoryTeamApi,
  options: Parameters<typeof mountWidget>[1] = {},
): Promise<MountedWidget> {
  widget = await mountWidget(api, options)
  return widget
}

/** A widget whose first page is on the screen. */
async function showPeople(
  members: MemberSource = believablePeople(now),
  options: Parameters<typeof mountWidget>[1] = {},
): Promise<MountedWidget & { api: InMemoryTeamApi }> {
  const api = new InMemoryTeamApi(members)
  const mounted = await show(api, options)
  await vi.waitFor(() => expect(mounted.rows().length).toBeGreaterThan(0))
  return { ...mounted, api }
}

function someone(id: string, change: Partial<MemberDetail> = {}): MemberDetail {
  return { ...personNumber(1, now), id, displayName: `Someone ${id}`, isYou: false, ...change }
}

/** What was asked of the API without the signs of life and the streams, which come when they come. */
function readsOf({ log }: InMemoryTeamApi): string[] {
  return log.filter((line) => line.startsWith('GET '))
}

function headings({ listRoot }: MountedWidget): string[] {
  const all = [...listRoot.querySelectorAll('.heading')].map(({ textContent }) =>
    textContent.trim(),
  )
  // The last one is for whoever listens: it heads the menus.
  return all.slice(0, -1)
}

function viewportOf({ listRoot }: MountedWidget): HTMLElement {
  return listRoot.querySelector('.viewport') as HTMLElement
}

const leftOf = (element: Element): number => element.getBoundingClientRect().left

const believableActions: readonly WorkspaceAction[] = ['bulk', 'invite']

function focusedText({ listRoot }: MountedWidget): string {
  const row = listRoot.activeElement?.closest('[data-row]')
  return row?.querySelector('bdi')?.textContent ?? ''
}

async function violations({ element }: MountedWidget): Promise<string[]> {
  const { violations } = await axe.run(element)
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}

describe('accessibility', () => {
  for (const locale of ['en', 'es', 'pt-BR']) {
    for (const theme of ['light', 'dark'] as const) {
      for (const widthPx of [1320, 380]) {
        test(`axe finds nothing in ${locale}, ${theme}, ${widthPx} px`, async () => {
          const mounted = await showPeople(undefined, { locale, theme, widthPx })
          document.body.style.background = theme === 'dark' ? '#000' : '#fff'
          await vi.waitFor(() => expect(mounted.element.renderRoot.textContent).toContain('80'))
          await expect(violations(mounted)).resolves.toEqual([])
        })
      }
    }
  }

  test('axe finds nothing in a problem, an empty list and a list without a match', async () => {
    const api = new InMemoryTeamApi([])
    api.refusals.push({ path: 'members', code: 'internal' })
    const mounted = await show(api)
    await vi.waitFor(() => expect(mounted.listRoot.querySelector('[role="alert"]')).not.toBeNull())
    await expect(violations(mounted)).resolves.toEqual([])
    mounted.listRoot.querySelector<HTMLElement>('.notice button')?.click()
    await vi.waitFor(() => expect(mounted.listRoot.textContent).toContain('Nobody here yet'))
    await expect(violations(mounted)).resolves.toEqual([])
  })

  test('the grid says how long it is and which row is which', async () => {
    const mounted = await showPeople()
    expect(viewportOf(mounted).getAttribute('aria-rowcount')).toBe('61')
    expect(mounted.rows()[0]?.getAttribute('aria-rowindex')).toBe('2')
    expect(mounted.rows()[0]?.querySelector('[role="rowheader"]')).not.toBeNull()
  })

  test('presence is said in words', async () => {
    const mounted = await showPeople()
    const said = (): string | null | undefined =>
      mounted.row('Lucía Fernández')?.querySelector('[role="img"]')?.getAttribute('aria-label')
    await vi.waitFor(() => expect(said()).toBe('Online'))
  })
})

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

describe('the columns', () => {
  test.each([
    [660, ['Member', 'Role', 'Status']],
    [730, ['Member', 'Role', 'Departments', 'Status']],
    [854, ['Member', 'Role', 'Departments', 'Status', 'Last active']],
    [1100, ['Member', 'Role', 'Departments', 'Status', 'Last active', 'Source']],
  ])('show departments before what matters less where it is narrow (%i px)', async (px, names) => {
    const mounted = await showPeople(undefined, { widthPx: px })
    await vi.waitFor(() => expect(headings(mounted)).toEqual(names))
    const viewport = viewportOf(mounted)
    expect(viewport.scrollWidth).toBe(viewport.clientWidth)
    const [person] = mounted.rows()[0]?.children ?? []
    expect(person?.getBoundingClientRect().width).toBeGreaterThan(208)
  })
})

describe('states', () => {
  test('a skeleton of the same geometry stands in until the first page comes', async () => {
    const api = new InMemoryTeamApi(believablePeople(now))
    api.latencyMs = 120
    const mounted = await show(api)
    const skeleton = mounted.listRoot.querySelectorAll('.skeleton')
    expect(skeleton.length).toBeGreaterThan(3)
    const before = skeleton[2]?.getBoundingClientRect()
    await vi.waitFor(() => expect(mounted.rows().length).toBeGreaterThan(0))
    const after = mounted.rows()[2]?.getBoundingClientRect()
    expect([after?.top, after?.left, after?.width, after?.height]).toEqual([
      before?.top,
      before?.left,
      before?.width,
      before?.height,
    ])
  })

  test('an empty workspace says so, in the host’s words if it has some', async () => {
    const mounted = await show(new InMemoryTeamApi([]))
    await vi.waitFor(() => expect(mounted.listRoot.textContent).toContain('Nobody here yet'))
    const own = document.createElement('p')
    own.slot = 'empty'
    mounted.element.append(own)
    mounted.element.requestUpdate()
    await mounted.element.updateComplete
    expect(own.assignedSlot).not.toBeNull()
  })

  test('an empty workspace offers to add people to whoever may', async () => {
    const api = new InMemoryTeamApi([])
    const { element, listRoot } = await show(api)
    const add = await vi.waitUntil(() => listRoot.querySelector<HTMLElement>('.notice button'))
    add.click()
    await vi.waitUntil(() => element.renderRoot.querySelector('team-invite'))
    element.readonly = true
    await vi.waitFor(() => expect(listRoot.querySelector('.notice button')).toBeNull())
    expect(listRoot.textContent).toContain('Nobody here yet')
  })

  test('a search without a match can be cleared', async () => {
    const mounted = await showPeople()
    mounted.listRoot.querySelector('input')?.focus()
    await userEvent.keyboard('zzzz')
    await vi.waitFor(() => expect(mounted.listRoot.textContent).toContain('No member matches'))
    mounted.listRoot.querySelector<HTMLElement>('.notice button')?.click()
    await vi.waitFor(() => expect(mounted.row('Lucía')).toBeDefined())
    expect(mounted.listRoot.querySelector('input')?.value).toBe('')
  })

  test('an error names the request, keeps the rows that are there, and can be retried', async () => {
    const { api, ...mounted } = await showPeople()
    api.refusals.push({ path: 'members', code: 'internal' })
    const errors: string[] = []
    mounted.element.addEventListener('team-error', ({ code }) => errors.push(code))
    mounted.element.refresh()
    await vi.waitFor(() => expect(mounted.listRoot.querySelector('[role="alert"]')).not.toBeNull())
    expect(mounted.listRoot.querySelector('.request-id')?.textContent).toMatch(/request-\d+/)
    expect(mounted.row('Lucía')).toBeDefined()
    expect(errors).toEqual(['internal'])
    mounted.listRoot.querySelector<HTMLElement>('.notice button')?.click()
    await vi.waitFor(() => expect(mounted.listRoot.querySelector('[role="alert"]')).toBeNull())
  })

  test('without a connection the list stays, and comes up to date by itself', async () => {
    const { api, ...mounted } = await showPeople()
    api.isOffline = true
    mounted.element.refresh()
    await vi.waitFor(() => expect(mounted.listRoot.textContent).toContain('You are offline'))
    expect(mounted.row('Lucía')).toBeDefined()
    api.isOffline = false
    dispatchEvent(new Event('online'))
    await vi.waitFor(() => expect(mounted.listRoot.textContent).not.toContain('You are offline'))
  })

  test('a workspace that could not be read is said above the list, and retried with it', async () => {
    const api = new InMemoryTeamApi(believablePeople(now))
    api.refusals.push({ path: 'workspace', code: 'unavailable' })
    const { element, listRoot, rows } = await show(api)
    const addButton = (): Element | null => element.renderRoot.querySelector('header .primary')
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    await vi.waitFor(() => expect(listRoot.querySelector('.notice.busy')).not.toBeNull())
    expect(addButton()).toBeNull()
    listRoot.querySelector<HTMLElement>('.notice button')?.click()
    await vi.waitFor(() => expect(addButton()).not.toBeNull())
    expect(listRoot.querySelector('.notice')).toBeNull()
  })

  test('a workspace that was out of reach is read as soon as there is a connection again', async () => {
    const api = new InMemoryTeamApi(believablePeople(now))
    api.isOffline = true
    const { element, listRoot } = await show(api)
    await vi.waitFor(() => expect(listRoot.textContent).toContain('You are offline'))
    api.isOffline = false
    dispatchEvent(new Event('online'))
    await vi.waitFor(() => expect(element.summary).toBeDefined())
    await vi.waitFor(() => expect(listRoot.querySelector('.notice')).toBeNull())
  })

  test('a server that speaks another version is said, without an offer to retry', async () => {
    const api = new InMemoryTeamApi(believablePeople(now))
    api.workspace = { ...api.workspace, apiVersion: '2.0' }
    const { listRoot } = await show(api)
    await vi.waitFor(() => expect(listRoot.querySelector('.notice.outdated')).not.toBeNull())
    expect(listRoot.querySelector('.notice button')).toBeNull()
  })

  test('somebody who may not see the list is told so and isn’t offered to retry', async () => {
    const api = new InMemoryTeamApi([])
    api.refusals.push({ path: 'members', code: 'forbidden' })
    const mounted = await show(api)
    await vi.waitFor(() =>
      expect(mounted.listRoot.textContent).toContain('You can’t see this team'),
    )
    expect(mounted.listRoot.querySelector('.notice button')).toBeNull()
  })
})

test.each([
  ['may', believableActions],
  ['may not', []],
])(
  'nothing moves when it becomes known that somebody %s choose, after the rows are there',
  async (_, actions) => {
    const api = new InMemoryTeamApi(believablePeople(now))
    const { can } = api.workspace
    api.workspace = { ...api.workspace, can: { ...can, actions: [...actions] } }
    const known = Promise.withResolvers<void>()
    const handle = api.handle.bind(api)
    vi.spyOn(api, 'handle').mockImplementation(async (request) => {
      if (request.url.endsWith('/workspace')) await known.promise
      return handle(request)
    })
    const { element, list, rows } = await show(api)
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    const places = (): number[] =>
      rows().flatMap((row) => [...row.querySelectorAll('bdi, .avatar')].map(leftOf))
    const before = places()
    known.resolve()
    await vi.waitFor(() => expect(element.summary).toBeDefined())
    await list.updateComplete
    // More rows may have been rendered below meanwhile.
    expect(places().slice(0, before.length)).toEqual(before)
    expect(rows()[0]?.hasAttribute('aria-selected')).toBe(actions.length > 0)
  },
)

describe('in a narrow place', () => {
  test('a card stays as it is when it becomes known who is here', async () => {
    const { api, ...mounted } = await showPeople(undefined, { widthPx: 380 })
    await vi.waitFor(() => expect(api.watched).toContain('member-1'))
    const places = (): number[] =>
      [...(mounted.row('Mateo Quispe')?.querySelectorAll('.cell') ?? [])].map(leftOf)
    const said = (): string | null | undefined => mounted.row('Mateo Quispe')?.textContent
    expect(said()).not.toContain('Online')
    const before = places()
    expect(before).toHaveLength(8)
    api.send({ type: 'presence.changed', memberId: 'member-1', presence: 'online' })
    await vi.waitFor(() => expect(said()).toContain('Online'))
    expect(places()).toEqual(before)
  })

  test.each([320, 380, 500, 630])(
    'the rows are at %i px where they stay once there are words and a workspace',
    async (widthPx) => {
      const { element, list, listRoot } = await showPeople(undefined, { widthPx })
      await vi.waitFor(() => expect(element.summary).toBeDefined())
      const stage = listRoot.querySelector('.stage')
      const heights = (): (number | undefined)[] => [
        listRoot.querySelector('.toolbar')?.getBoundingClientRect().height,
        element.renderRoot.querySelector('header')?.getBoundingClientRect().height,
      ]
      await vi.waitFor(() => expect(element.renderRoot.querySelector('.primary')).not.toBeNull())
      const after = heights()
      expect(stage?.getBoundingClientRect().top).toBeGreaterThan(100)
      element.summary = undefined
      await element.updateComplete
      list.text = undefined
      await list.updateComplete
      expect(listRoot.querySelector('.toolbar input')).toBeNull()
      expect(heights()).toEqual(after)
    },
  )
})

describe('search and filters', () => {
  test('typing asks once, when it pauses, and says how many were found', async () => {
    const { api, ...mounted } = await showPeople()
    const asked = (): string[] => api.log.filter((line) => line.includes('search='))
    const input = mounted.listRoot.querySelector('input') as HTMLInputElement
    const navigated: string[] = []
    mounted.element.addEventListener('team-navigate', ({ query }) => navigated.push(query.search))
    input.focus()
    await userEvent.keyboard('lucia')
    await vi.waitFor(() => expect(mounted.rows()).toHaveLength(1))
    expect(asked()).toEqual(['GET members?limit=30&search=lucia'])
    expect(mounted.spoken()).toBe('1 member found')
    expect(navigated.at(-1)).toBe('lucia')
  })

  test('the answer to a former search never replaces that to a later one', async () => {
    const { api, ...mounted } = await showPeople()
    const input = mounted.listRoot.querySelector('input') as HTMLInputElement
    const type = (value: string): void => {
      input.value = value
      input.dispatchEvent(new InputEvent('input', { bubbles: true }))
    }
    api.latencyMs = 400
    type('mateo')
    await vi.waitFor(() => expect(api.log.join(' ')).toContain('mateo'))
    api.latencyMs = 0
    type('lucia')
    await vi.waitFor(() => expect(mounted.rows()).toHaveLength(1))
    await new Promise((resolve) => setTimeout(resolve, 450))
    expect(mounted.row('Lucía')).toBeDefined()
    expect(mounted.row('Mateo')).toBeUndefined()
    expect(api.aborted).toContain('?limit=30&search=mateo')
  })

  test('a filter that is cleared no longer shows its choice', async () => {
    const mounted = await showPeople([someone('a')])
    const state = mounted.listRoot.querySelector('select') as HTMLSelectElement
    await userEvent.selectOptions(state, 'Suspended')
    await vi.waitFor(() => expect(mounted.listRoot.textContent).toContain('No member matches'))
    mounted.listRoot.querySelector<HTMLElement>('.notice button')?.click()
    await vi.waitFor(() => expect(mounted.rows()).toHaveLength(1))
    expect(state.value).toBe('')
  })

  test('a role, a department and a status narrow the list', async () => {
    const mounted = await showPeople()
    const selects = [...mounted.listRoot.querySelectorAll('select')]
    await vi.waitFor(() => expect(selects.every(({ disabled }) => !disabled)).toBe(true))
    await userEvent.selectOptions(selects[0] as HTMLElement, 'Suspended')
    await vi.waitFor(() => expect(mounted.rows()).toHaveLength(3))
    await userEvent.selectOptions(selects[1] as HTMLElement, 'Supervisor')
    await vi.waitFor(() => expect(mounted.rows()).toHaveLength(1))
  })
})

describe('keyboard', () => {
  test('the grid is one tab stop, and every cell can be reached', async () => {
    const mounted = await showPeople()
    expect(mounted.listRoot.querySelectorAll('[data-row] [tabindex="0"]')).toHaveLength(1)
    mounted.listRoot.querySelector<HTMLElement>('[data-row] [tabindex="0"]')?.focus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}')
    expect(focusedText(mounted)).toBe('Beatriz Carvalho Nunes')
    expect(mounted.listRoot.activeElement?.textContent?.trim()).toBe('Administrator')
    await userEvent.keyboard('{End}')
    expect(mounted.listRoot.activeElement?.ariaLabel).toBe('Actions for Beatriz Carvalho Nunes')
    await userEvent.keyboard('{ArrowLeft}')
    expect(mounted.listRoot.activeElement?.textContent?.trim()).toBe('This workspace')
    await userEvent.keyboard('{Control>}{End}{/Control}')
    await vi.waitFor(() => expect(focusedText(mounted)).toBe('Zoe Castellanos'))
    await userEvent.keyboard('{Control>}{Home}{/Control}')
    await vi.waitFor(() => expect(focusedText(mounted)).toBe('Lucía Fernández Prado'))
    await userEvent.keyboard('{PageDown}{PageUp}')
    await vi.waitFor(() => expect(focusedText(mounted)).toBe('Lucía Fernández Prado'))
    expect(mounted.listRoot.querySelectorAll('[data-row] [tabindex="0"]')).toHaveLength(1)
  })

  test('the focused row is always in view', async () => {
    const mounted = await showPeople()
    mounted.listRoot.querySelector<HTMLElement>('[data-row] [tabindex="0"]')?.focus()
    for (let press = 0; press < 25; press += 1) {
      await userEvent.keyboard('{ArrowDown}')
      const cell = mounted.listRoot.activeElement?.getBoundingClientRect()
      const viewport = viewportOf(mounted).getBoundingClientRect()
      expect(cell?.bottom).toBeLessThanOrEqual(viewport.bottom)
      expect(cell?.top).toBeGreaterThanOrEqual(viewport.top)
    }
  })

  test('a slash leads to the search from the grid, and is a letter in the search', async () => {
    const mounted = await showPeople()
    mounted.listRoot.querySelector<HTMLElement>('[data-row] [tabindex="0"]')?.focus()
    await userEvent.keyboard('/')
    expect(mounted.listRoot.activeElement).toBe(mounted.listRoot.querySelector('input'))
    await userEvent.keyboard('/')
    expect(mounted.listRoot.querySelector('input')?.value).toBe('/')
  })

  test('an arrow leads from the search to the list', async () => {
    const mounted = await showPeople()
    mounted.listRoot.querySelector('input')?.focus()
    await userEvent.keyboard('{ArrowDown}')
    await vi.waitFor(() => expect(focusedText(mounted)).toBe('Lucía Fernández Prado'))
  })
})

describe('a hundred thousand members', () => {
  test('never put more than thirty rows into the page, wherever one scrolls', async () => {
    const mounted = await showPeople(hundredThousand, { heightPx: 3000 })
    const viewport = viewportOf(mounted)
    const countRows = (): number => mounted.listRoot.querySelectorAll('.row').length
    for (let step = 0; step < 12; step += 1) {
      viewport.scrollTop += 1500
      viewport.dispatchEvent(new Event('scroll'))
      await mounted.list.updateComplete
      expect(countRows()).toBeLessThanOrEqual(MOST_ROWS)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(countRows()).toBeGreaterThan(10)
    expect(viewport.getAttribute('aria-rowcount')).toBe('100001')
  })

  test('come with the rows that are seen first, then in pages of a hundred as one scrolls, each by the cursor of the one before', async () => {
    const { api, ...mounted } = await showPeople(hundredThousand)
    const viewport = viewportOf(mounted)
    await vi.waitFor(() => {
      viewport.scrollTop += 1000
      expect(Number(mounted.rows().at(-1)?.dataset['row'])).toBeGreaterThan(350)
    })
    const [first, rest, ...others] = api.log.filter((line) => line.startsWith('GET members?'))
    expect(first).toBe('GET members?limit=30')
    expect(rest).toMatch(/limit=70&cursor=/)
    expect(others.length).toBeGreaterThanOrEqual(3)
    for (const line of others) expect(line).toMatch(/limit=100&cursor=/)
  })

  test('show any place that the scrollbar is dragged to with one request', async () => {
    const { api, ...mounted } = await showPeople(hundredThousand)
    const viewport = viewportOf(mounted)
    viewport.scrollTop = viewport.scrollHeight
    const last = await vi.waitFor(() => {
      const row = mounted.listRoot.querySelector('[data-row="99999"]')
      expect(row?.textContent).toContain('@')
      return row
    })
    expect(last?.getAttribute('aria-rowindex')).toBe('100001')
    expect(api.log.filter((line) => line.startsWith('GET members?')).slice(-1)).toEqual([
      'GET members?limit=100&offset=99900',
    ])
    expect(api.log.filter((line) => line.includes('offset='))).toHaveLength(1)
  })

  test('keep the focus on a row that is scrolled away', async () => {
    const mounted = await showPeople(hundredThousand)
    mounted.listRoot.querySelector<HTMLElement>('[data-row="0"] [tabindex="0"]')?.focus()
    const viewport = viewportOf(mounted)
    viewport.scrollTop = 3000
    await vi.waitFor(() => expect(mounted.row(' 47')).toBeDefined())
    expect(mounted.listRoot.activeElement?.closest('[data-row]')?.getAttribute('data-row')).toBe(
      '0',
    )
    expect(mounted.listRoot.querySelectorAll('.row').length).toBeLessThanOrEqual(MOST_ROWS)
  })
})

/** A list with as many rows as may be, its first cell focused, and the rows that were touched since the last look. */
async function watchRows() {
  const mounted = await showPeople(hundredThousand)
  const all = (): void => expect(mounted.rows()).toHaveLength(MOST_ROWS - 1)
  await vi.waitFor(all, { timeout: 30_000 })
  mounted.listRoot.querySelector<HTMLElement>('[data-row="0"] [tabindex="0"]')?.focus()
  const observer = new MutationObserver(() => undefined)
  const options = { subtree: true, childList: true, attributes: true, characterData: true }
  observer.observe(mounted.listRoot.querySelector('.canvas') as Element, options)
  const touched = (): Set<Element> => {
    const parts = observer.takeRecords().flatMap(({ target, addedNodes }) => {
      const nodes = [target, ...addedNodes]
      return nodes.map((node) => (node instanceof Element ? node : node.parentElement))
    })
    const rows = parts.map((part) => part?.closest('.row') ?? part?.querySelector('.row'))
    return new Set(rows.filter((row) => row != null))
  }
  return { ...mounted, touched }
}

describe('what a key costs', () => {
  test('moving the focus by a row touches the row it leaves and the one it comes to', async () => {
    const { touched, list, ...mounted } = await watchRows()
    touched()
    for (let press = 1; press <= 4; press += 1) {
      await userEvent.keyboard('{ArrowDown}')
      await list.updateComplete
      expect(touched().size).toBeLessThanOrEqual(2)
    }
    expect(mounted.listRoot.activeElement?.closest('[data-row="4"]')).not.toBeNull()
  })

  test('a page further down has been rendered before it is asked for', async () => {
    const { touched, rows, listRoot } = await watchRows()
    touched()
    await userEvent.keyboard('{PageDown}')
    const focused = listRoot.activeElement?.closest('.row')
    expect(Number(focused?.getAttribute('data-row'))).toBeGreaterThan(5)
    const viewport = listRoot.querySelector('.viewport')?.getBoundingClientRect()
    const changed = touched()
    const seen = rows().filter((row) => row.getBoundingClientRect().top > (viewport?.top ?? 0))
    expect(seen.length).toBeGreaterThan(5)
    expect(seen.slice(0, 6).filter((row) => changed.has(row) && row !== focused)).toEqual([])
  })

  test('typing in the search touches no row until it is answered', async () => {
    const { api, touched, listRoot } = await watchRows()
    listRoot.querySelector('input')?.focus()
    api.latencyMs = 600_000
    touched()
    await userEvent.keyboard('m')
    expect(touched().size).toBe(0)
  })
})

describe('live changes', () => {
  test('a new member appears without a reload, lit up and announced', async () => {
    const people = believablePeople(now)
    const { api, ...mounted } = await showPeople(people)
    api.change([someone('new', { displayName: 'Abril Cienfuegos' }), ...people], ['new'])
    await vi.waitFor(() => expect(mounted.row('Abril Cienfuegos')).toBeDefined())
    expect(mounted.row('Abril Cienfuegos')?.classList).toContain('added')
    expect(mounted.spoken()).toBe('Abril Cienfuegos joined the team')
    expect(viewportOf(mounted).getAttribute('aria-rowcount')).toBe('62')
  })

  test('a changed member changes in place, a removed one goes', async () => {
    const [first, second, ...others] = believablePeople(now)
    if (first === undefined || second === undefined) throw new Error('Nobody.')
    const { api, ...mounted } = await showPeople([first, second, ...others])
    const suspended: MemberDetail = { ...second, state: 'suspended' }
    api.change([first, suspended, ...others], [second.id])
    await vi.waitFor(() =>
      expect(mounted.row(second.displayName)?.textContent).toContain('Suspended'),
    )
    expect(mounted.spoken()).toContain('was updated')
    api.change([first, ...others], [second.id])
    await vi.waitFor(() => expect(mounted.row(second.displayName)).toBeUndefined())
    expect(mounted.spoken()).toBe(`${second.displayName} left the team`)
  })

  test('many changes at once are read together and counted instead of named', async () => {
    const people = believablePeople(now)
    const { api, ...mounted } = await showPeople(people)
    await new Promise((resolve) => setTimeout(resolve, 400))
    const before = readsOf(api).length
    const arrived = Array.from({ length: 8 }, (_, index) => someone(`new-${index}`))
    for (const member of arrived) api.change([...arrived, ...people], [member.id])
    await vi.waitFor(() => expect(mounted.spoken()).toBe('8 members changed'))
    expect(readsOf(api).slice(before)).toEqual([
      expect.stringMatching(/^GET members\?/),
      'GET workspace',
    ])
  })

  test('presence is asked for of those in view, again when others are, and told of oneself', async () => {
    const { api, ...mounted } = await showPeople(hundredThousand)
    await vi.waitFor(() => expect(api.watched).toContain('member-0'))
    expect(api.watched.length).toBeLessThanOrEqual(MOST_ROWS)
    expect(api.log).toContain('POST presence')
    viewportOf(mounted).scrollTop = 3000
    await vi.waitFor(() => expect(api.watched).toContain('member-50'))
    expect(api.watched).not.toContain('member-5')
  })

  test('presence changes without a request', async () => {
    const { api, ...mounted } = await showPeople()
    await new Promise((resolve) => setTimeout(resolve, 400))
    const before = readsOf(api)
    api.send({ type: 'presence.changed', memberId: 'member-1', presence: 'online' })
    await vi.waitFor(() => expect(mounted.row('Mateo Quispe')?.textContent).toContain('Online'))
    expect(readsOf(api)).toEqual(before)
  })

  test('presence stays when the members change, and whoever left was there until now', async () => {
    const people = believablePeople(now)
    const [first, second, ...others] = people
    if (first === undefined || second === undefined) throw new Error('Nobody.')
    const never: MemberDetail = { ...second, presence: 'offline', lastActiveAt: null }
    const { api, ...mounted } = await showPeople([first, never, ...others])
    const mateo = (): string | null | undefined => mounted.row('Mateo Quispe')?.textContent
    expect(mateo()).toContain('Never')
    await vi.waitFor(() => expect(api.watched).toContain(second.id))
    api.send({ type: 'presence.changed', memberId: second.id, presence: 'online' })
    await vi.waitFor(() => expect(mateo()).toContain('Online'))
    const suspended: MemberDetail = { ...first, state: 'suspended' }
    api.change([suspended, never, ...others], [first.id])
    await vi.waitFor(() =>
      expect(mounted.row(first.displayName)?.textContent).toContain('Suspended'),
    )
    expect(mateo()).toContain('Online')
    api.send({ type: 'presence.changed', memberId: second.id, presence: 'offline' })
    await vi.waitFor(() => expect(mateo()).not.toContain('Online'))
    expect(mateo()).not.toContain('Never')
  })

  test('whoever left while the stream was broken is not shown as present', async () => {
    const { api, ...mounted } = await showPeople()
    const dot = (name: string): Element | null | undefined =>
      mounted.row(name)?.querySelector('.presence')
    await vi.waitFor(() => expect(dot('Lucía')).toBeTruthy())
    await vi.waitFor(() => expect(dot('Ana Júlia')).toBeTruthy())
    api.cutStreams()
    api.send({ type: 'presence.changed', memberId: 'member-0', presence: 'offline' })
    await vi.waitFor(() => expect(dot('Lucía')).toBeNull())
    expect(dot('Ana Júlia')).toBeTruthy()
  })

  test('a change during a broken stream is not lost', async () => {
    const people = believablePeople(now)
    const { api, ...mounted } = await showPeople(people)
    api.send({ type: 'members.changed', memberIds: [] })
    await vi.waitFor(() => expect(api.log).toContain('POST event-stream'))
    api.cutStreams()
    api.change([someone('new'), ...people], ['new'])
    await vi.waitFor(() => expect(mounted.row('Someone new')).toBeDefined())
  })

  test('the focus stays on its member when rows come in above', async () => {
    const people = believablePeople(now)
    const { api, ...mounted } = await showPeople(people)
    mounted.listRoot.querySelector<HTMLElement>('[data-row="3"] > *')?.focus()
    const name = focusedText(mounted)
    api.change([someone('new'), ...people], ['new'])
    await vi.waitFor(() => expect(viewportOf(mounted).getAttribute('aria-rowcount')).toBe('62'))
    expect(focusedText(mounted)).toBe(name)
    await userEvent.keyboard('{ArrowDown}')
    await vi.waitFor(() => expect(focusedText(mounted)).toBe(people[4]?.displayName))
  })

  test('the focus goes to a neighbour when the focused member is removed', async () => {
    const people = believablePeople(now)
    const { api, ...mounted } = await showPeople(people)
    mounted.listRoot.querySelector<HTMLElement>('[data-row="3"] > *')?.focus()
    api.change(people.toSpliced(3, 1), ['member-3'])
    await vi.waitFor(() => expect(viewportOf(mounted).getAttribute('aria-rowcount')).toBe('60'))
    await vi.waitFor(() => expect(focusedText(mounted)).toBe(people[4]?.displayName))
  })

  test.each([60, 4])(
    'nothing moves under the pointer when rows come in above (%i members)',
    async (count) => {
      const people = believablePeople(now).slice(0, count)
      const { api, ...mounted } = await showPeople(people)
      const row = mounted.rows()[3] as HTMLElement
      const name = row.querySelector('bdi')?.textContent ?? ''
      await userEvent.hover(row)
      const before = row.getBoundingClientRect().top
      api.change([someone('x'), someone('y'), ...people], ['x', 'y'])
      await vi.waitFor(() => expect(mounted.spoken()).toContain('joined'))
      await mounted.list.updateComplete
      expect(mounted.row(name)?.getBoundingClientRect().top).toBe(before)
    },
  )
})
