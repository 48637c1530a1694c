import { afterEach, expect, test, vi } from 'vitest'

import { configureTeam } from './configure.ts'
import { InMemoryTeamApi } from './testing/in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from './testing/mount-widget.ts'
import { believablePeople } from './testing/people.ts'

let widget: MountedWidget

afterEach(() => {
  widget.unmount()
  configureTeam({ apiBase: '', getToken: null })
})

const people = (): InMemoryTeamApi => new InMemoryTeamApi(believablePeople(Date.now()))
const token = (): Promise<string> => Promise.resolve('valid-token')

test('a page says once where the API is and how tokens are got, before or after the widget is there', async () => {
  const api = people()
  widget = await mountWidget(api, { apiBase: '', getToken: null })
  expect(widget.rows()).toHaveLength(0)
  configureTeam({ apiBase: '/elsewhere', getToken: token })
  await vi.waitFor(() => expect(widget.rows().length).toBeGreaterThan(0))
  widget.unmount()
  const asked = vi.fn<() => Promise<string>>(token)
  configureTeam({ getToken: asked })
  widget = await mountWidget(people(), { apiBase: '', getToken: null })
  await vi.waitFor(() => expect(widget.rows().length).toBeGreaterThan(0))
  expect(asked).toHaveBeenCalled()
})

test('what an element has of its own wins', async () => {
  const general = vi.fn<() => Promise<string>>(token)
  configureTeam({ apiBase: '/elsewhere', getToken: general })
  widget = await mountWidget(people())
  await vi.waitFor(() => expect(widget.rows().length).toBeGreaterThan(0))
  expect(general).not.toHaveBeenCalled()
})

test('a host leaves columns out and shows pictures of its own', async () => {
  const gif = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
  widget = await mountWidget(people(), {
    widthPx: 1400,
    columns: ['role', 'activity'],
    resolveAvatar: ({ id }) => (id === 'member-1' ? gif : null),
  })
  await vi.waitFor(() => expect(widget.rows().length).toBeGreaterThan(0))
  const columns = (): (string | undefined)[] =>
    [...widget.listRoot.querySelectorAll('.heading')].map((one) => one.classList[1])
  expect(columns()).toEqual(['person', 'role', 'activity', 'menu'])
  expect(widget.row('Mateo')?.querySelector('img')?.src).toBe(gif)
  expect(widget.row('Lucía')?.querySelector('img')).toBeNull()
  widget.element.columns = null
  await vi.waitFor(() => expect(columns()).toContain('departments'))
})
