import { html, type TemplateResult } from 'lit'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { type KeyedRow, KeyedRows } from './keyed-rows.ts'

const gif = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
let parent: HTMLElement
let rows: KeyedRows
let rendered: string[]

beforeEach(() => {
  parent = document.createElement('div')
  document.body.append(parent)
  rows = new KeyedRows()
})
afterEach(() => parent.remove())

/** Renders a row for each name, in which the input `more` is shown too. */
function show(names: readonly string[], more = '', picture = (name: string) => `${gif}#${name}`) {
  rendered = []
  const row = (name: string): KeyedRow => [
    name,
    [name, more, picture(name)],
    (): TemplateResult => {
      rendered.push(name)
      return html`<button>${name} ${more}</button><img src=${picture(name)} alt="" />`
    },
  ]
  rows.render(parent, names.map(row), globalThis)
  return [...parent.children]
}

const textOf = (elements: readonly Element[]): (string | undefined)[] =>
  elements.map((element) => element.textContent?.trim())

test('a row that is made of the same as before is left as it is', () => {
  show(['Ana', 'Bea', 'Cai'])
  expect(rendered).toEqual(['Ana', 'Bea', 'Cai'])
  show(['Bea', 'Cai', 'Dan'])
  expect(rendered).toEqual(['Dan'])
  expect(textOf(show(['Bea', 'Cai', 'Dan'], 'online'))[2]).toBe('Dan online')
  expect(rendered).toEqual(['Bea', 'Cai', 'Dan'])
})

test('whoever stays keeps the element, wherever they stand now', () => {
  const [ana, bea, cai] = show(['Ana', 'Bea', 'Cai', 'Dan'])
  expect(show(['Cai', 'Eva', 'Ana', 'Bea'])).toEqual([cai, expect.anything(), ana, bea])
  expect(textOf([...parent.children])).toEqual(['Cai', 'Eva', 'Ana', 'Bea'])
})

test('others take over the elements of those before them, in their order', () => {
  const before = show(['Ana', 'Bea', 'Cai'])
  const after = show(['Dan', 'Eva', 'Fay', 'Gil'])
  expect(after.slice(0, 3)).toEqual(before)
  expect(textOf(after)).toEqual(['Dan', 'Eva', 'Fay', 'Gil'])
  expect(textOf(show(['Hal']))).toEqual(['Hal'])
  expect(show([])).toEqual([])
})

test('nobody takes over the element that has the focus: a screen reader would not tell of it', () => {
  const [, bea] = show(['Ana', 'Bea', 'Cai'])
  bea?.querySelector('button')?.focus()
  const others = show(['Dan', 'Eva', 'Fay'])
  expect(textOf(others)).toEqual(['Dan', 'Eva', 'Fay'])
  expect(others).not.toContain(bea)
})

test('the focus stays with whoever has it when all others are others', () => {
  const [, bea] = show(['Ana', 'Bea', 'Cai'])
  const button = bea?.querySelector('button')
  button?.focus()
  const after = show(['Bea', 'Dan', 'Eva', 'Fay', 'Gil'])
  expect(after[0]).toBe(bea)
  expect(document.activeElement).toBe(button)
})

test('a picture of somebody else is not seen until it has come; the same one is', () => {
  const [ana] = show(['Ana'])
  const image = ana?.querySelector('img')
  expect(show(['Bea'])[0]?.querySelector('img')).toBe(image)
  expect(image?.className).toBe('unseen')
  const [shared] = show(['Cai'], '', () => gif)
  shared?.querySelector('img')?.classList.remove('unseen')
  show(['Dan'], '', () => gif)
  expect(shared?.querySelector('img')?.className).toBe('')
})
