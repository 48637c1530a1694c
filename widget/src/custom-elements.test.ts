import './index.ts'
import { afterEach, expect, test, vi } from 'vitest'

import { innerParts } from './elements/inner-parts.ts'
import { TeamWidget } from './elements/team-widget/team-widget.ts'
import { tokens } from './styles/tokens.styles.ts'
import { InMemoryTeamApi } from './testing/in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from './testing/mount-widget.ts'
import { believablePeople } from './testing/people.ts'
import { eventNames, propertyDefaults } from './wrappers/bind-team.ts'

let widget: MountedWidget | undefined

afterEach(() => {
  widget?.unmount()
  widget = undefined
})

interface Named {
  name: string
  description?: string
}

interface Declaration {
  attributes: Named[]
  members: (Named & { kind: 'field' | 'method' })[]
  events: (Named & { type: { text: string } })[]
  slots: Named[]
  cssParts: Named[]
  cssProperties: Named[]
}

// The build writes it, which comes before the tests, but not before types are checked.
const manifestUrl = new URL('../dist/custom-elements.json', import.meta.url)
const manifest = (await (await fetch(manifestUrl)).json()) as {
  modules: { declarations: Declaration[] }[]
}
const [declaration] = manifest.modules[0]?.declarations ?? []
if (declaration === undefined) throw new Error('The manifest declares nothing.')
const { attributes, members, events, slots, cssParts, cssProperties } = declaration
const names = (all: readonly { name: string }[]): string[] => all.map(({ name }) => name).toSorted()
const fields = members.filter(({ kind }) => kind === 'field')
const methods = members.filter(({ kind }) => kind === 'method')

async function show(): Promise<MountedWidget> {
  const mounted = await mountWidget(new InMemoryTeamApi(believablePeople(Date.now())))
  widget = mounted
  await vi.waitFor(() => expect(mounted.rows().length).toBeGreaterThan(0))
  return mounted
}

test('the manifest has every attribute and property, with its type and words', () => {
  expect(names(attributes)).toEqual(TeamWidget.observedAttributes.toSorted())
  expect(names(fields)).toEqual(Object.keys(propertyDefaults).toSorted())
  const element = new TeamWidget()
  for (const field of fields)
    expect([field.name, field.name in element]).toEqual([field.name, true])
})

test('the manifest has every method that a host may call, each described', () => {
  expect(names(methods)).toEqual(['can', 'focusMember', 'getSelection', 'open', 'refresh'])
  for (const { name, description } of methods) {
    expect([name, typeof TeamWidget.prototype[name as 'refresh']]).toEqual([name, 'function'])
    expect(description).toMatch(/\.$/)
  }
})

test('the manifest has every event with its class', () => {
  expect(names(events)).toEqual(eventNames.toSorted())
  for (const { type } of events) expect(type.text).toMatch(/^Team\w+Event$/)
})

test('the manifest has every slot of the widget, and every token that it reads', async () => {
  const { element } = await show()
  const empty = document.createElement('p')
  empty.slot = 'empty'
  element.append(empty)
  element.requestUpdate()
  await element.updateComplete
  const own = [...element.renderRoot.querySelectorAll('slot')].map(({ name }) => ({ name }))
  expect(names(slots)).toEqual(names(own))
  const read = new Set(tokens.cssText.match(/--team-[a-z-]+/g))
  expect(names(cssProperties)).toEqual([...read].toSorted())
})

test('every part of the manifest can be reached from the page', async () => {
  const { element } = await show()
  const own = [...element.renderRoot.querySelectorAll('[part]')].flatMap((one) => [...one.part])
  const reachable = new Set([...own, ...innerParts.split(',')])
  expect(names(cssParts)).toEqual([...reachable].toSorted())
  const style = document.createElement('style')
  style.textContent = 'team-widget::part(row) { border-top: 3px solid rgb(1, 2, 3) }'
  document.head.append(style)
  const row = widget?.rows()[0]
  expect(row && getComputedStyle(row).borderTopColor).toBe('rgb(1, 2, 3)')
  style.remove()
})
