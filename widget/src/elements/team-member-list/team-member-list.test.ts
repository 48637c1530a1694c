import { describe, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'

import type { WorkspaceAction } from '../../contract/index.ts'
import { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import type { MountedWidget } from '../../testing/mount-widget.ts'
import { believablePeople } from '../../testing/people.ts'
import { showList, showPeople, viewportOf } from '../../testing/show-list.ts'
import { findViolations } from '../../testing/show-view.ts'

const now = Date.now()

function headings({ listRoot }: MountedWidget): string[] {
  const all = [...listRoot.querySelectorAll('.heading')].map(({ textContent }) =>
    textContent.trim(),
  )
  // The last one is for whoever listens: it heads the menus.
  return all.slice(0, -1)
}

const leftOf = (element: Element): number => element.getBoundingClientRect().left

const believableActions: readonly WorkspaceAction[] = ['bulk', 'invite']

describe('accessibility', () => {
  for (const locale of ['en', 'es', 'pt-BR']) {
    for (const theme of ['light', 'dark'] as const) {
      for (const widthPx of [1320, 380]) {
        test(`axe finds nothing in ${locale}, ${theme}, ${widthPx} px`, async () => {
          const mounted = await showPeople(undefined, { locale, theme, widthPx })
          await vi.waitFor(() => expect(mounted.element.renderRoot.textContent).toContain('80'))
          await expect(findViolations(mounted)).resolves.toEqual([])
        })
      }
    }
  }

  test('axe finds nothing in a problem, an empty list and a list without a match', async () => {
    const api = new InMemoryTeamApi([])
    api.refusals.push({ path: 'members', code: 'internal' })
    const mounted = await showList(api)
    await vi.waitFor(() => expect(mounted.listRoot.querySelector('[role="alert"]')).not.toBeNull())
    await expect(findViolations(mounted)).resolves.toEqual([])
    mounted.listRoot.querySelector<HTMLElement>('.notice button')?.click()
    await vi.waitFor(() => expect(mounted.listRoot.textContent).toContain('Nobody here yet'))
    await expect(findViolations(mounted)).resolves.toEqual([])
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
    const mounted = await showList(api)
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
    const mounted = await showList(new InMemoryTeamApi([]))
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
    const { element, listRoot } = await showList(api)
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
    const { element, listRoot, rows } = await showList(api)
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
    const { element, listRoot } = await showList(api)
    await vi.waitFor(() => expect(listRoot.textContent).toContain('You are offline'))
    api.isOffline = false
    dispatchEvent(new Event('online'))
    await vi.waitFor(() => expect(element.summary).toBeDefined())
    await vi.waitFor(() => expect(listRoot.querySelector('.notice')).toBeNull())
  })

  test('a server that speaks another version is said, without an offer to retry', async () => {
    const api = new InMemoryTeamApi(believablePeople(now))
    api.workspace = { ...api.workspace, apiVersion: '2.0' }
    const { listRoot } = await showList(api)
    await vi.waitFor(() => expect(listRoot.querySelector('.notice.outdated')).not.toBeNull())
    expect(listRoot.querySelector('.notice button')).toBeNull()
  })

  test('somebody who may not see the list is told so and isn’t offered to retry', async () => {
    const api = new InMemoryTeamApi([])
    api.refusals.push({ path: 'members', code: 'forbidden' })
    const mounted = await showList(api)
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
    const { element, list, rows } = await showList(api)
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
