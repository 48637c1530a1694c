import { afterEach, expect, test, vi } from 'vitest'

import { TeamWidget } from '../elements/team-widget/team-widget.ts'
import { InMemoryTeamApi } from '../testing/in-memory-team-api.ts'
import { serveTeamApi } from '../testing/mount-widget.ts'
import { believablePeople } from '../testing/people.ts'
import { bindTeam, eventNames, handlerName, propertyDefaults } from './bind-team.ts'
import '../index.ts'

const cleanUp: (() => void)[] = []

afterEach(() => {
  for (const undo of cleanUp.splice(0)) undo()
})

const getToken = (): Promise<string> => Promise.resolve('valid-token')

test('the defaults are those of the element', () => {
  const element = new TeamWidget()
  for (const [name, value] of Object.entries(propertyDefaults)) {
    expect([name, Reflect.get(element, name)]).toEqual([name, value])
  }
})

test('every event has a property with a name of its own', () => {
  const handlers = eventNames.map((name) => handlerName(name))
  expect(new Set(handlers).size).toBe(eventNames.length)
  expect(handlerName('team-before-invite')).toBe('onTeamBeforeInvite')
})

test('an element that is defined later gets its functions, and tells its events', async () => {
  cleanUp.push(serveTeamApi(new InMemoryTeamApi(believablePeople(Date.now()))))
  // A page with another registry has an element that is not upgraded yet.
  const later = document.implementation.createHTMLDocument()
  const element = later.createElement('team-widget')
  const ready = vi.fn<() => void>()
  const binding = bindTeam(element)
  binding.update({ apiBase: '/api', locale: 'en', getToken, onTeamReady: ready })
  expect(element).not.toBeInstanceOf(TeamWidget)
  document.body.append(element)
  cleanUp.push(() => element.remove())
  expect(element).toBeInstanceOf(TeamWidget)
  await vi.waitFor(() => expect(ready).toHaveBeenCalledOnce())
  binding.release()
})

test('only what changed is set, and what is left out goes back to how it was', () => {
  const element = new TeamWidget()
  const binding = bindTeam(element)
  binding.update({ theme: 'dark', view: 'members' })
  // The person goes to another view.
  element.view = 'roles'
  binding.update({ theme: 'light', view: 'members' })
  expect([element.theme, element.view]).toEqual(['light', 'roles'])
  binding.update({ view: 'members' })
  expect(element.theme).toBe('auto')
})

test('the handler of the last rendering hears, and none after the end', () => {
  const element = new TeamWidget()
  const binding = bindTeam(element)
  const heard: string[] = []
  binding.update({ onTeamSeatLimit: () => heard.push('first') })
  binding.update({ onTeamSeatLimit: () => heard.push('second') })
  element.dispatchEvent(new Event('team-seat-limit'))
  binding.release()
  element.dispatchEvent(new Event('team-seat-limit'))
  expect(heard).toEqual(['second'])
})
