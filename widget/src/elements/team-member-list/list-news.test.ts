import { describe, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'

import type { MemberDetail } from '../../contract/index.ts'
import { MOST_ROWS } from '../../controllers/row-window.ts'
import type { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import { believablePeople } from '../../testing/people.ts'
import {
  focusedText,
  hundredThousand,
  showPeople,
  someone,
  viewportOf,
} from '../../testing/show-list.ts'

const now = Date.now()

/** What was asked of the API without the signs of life and the streams, which come when they come. */
function readsOf({ log }: InMemoryTeamApi): string[] {
  return log.filter((line) => line.startsWith('GET '))
}

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
