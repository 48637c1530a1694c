import { expect, test } from 'vitest'

import { sameJson } from './same-json.ts'

const bare = (values: object): object => Object.assign(Object.create(null) as object, values)

test.each([
  [{ a: 1, b: [{ c: 'x' }] }, bare({ b: [bare({ c: 'x' })], a: 1 })],
  [[], []],
  [{}, bare({})],
  [null, null],
])('%j and %j are the same', (a, b) => {
  expect(sameJson(a, b)).toBe(true)
  expect(sameJson(b, a)).toBe(true)
})

test.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ a: null }, { b: null }],
  [{ toString: null }, {}],
  [JSON.parse('{"__proto__":{}}'), { a: {} }],
  [
    ['x', 'y'],
    ['y', 'x'],
  ],
  [['x'], ['x', 'y']],
  [['x'], { 0: 'x', length: 1 }],
  [[], {}],
  [{}, null],
  ['1', 1],
])('%j and %j are not', (a, b) => {
  expect(sameJson(a, b)).toBe(false)
  expect(sameJson(b, a)).toBe(false)
})
