import { createId } from '@plantel/db'
import { describe, expect, it } from 'vitest'

import { readCookie, shortId } from './cookies.ts'

describe('shortId', () => {
  it('differs between ids that are made at the same moment', () => {
    const short = new Set(Array.from({ length: 1_000 }, () => shortId(createId())))
    expect(short.size).toBe(1_000)
  })
})

describe('readCookie', () => {
  it.each([
    ['a=1', 'a', '1'],
    ['x=0; a=1; b=2', 'a', '1'],
    ['a=1=2', 'a', '1=2'],
    ['aa=1', 'a', undefined],
    ['a', 'a', undefined],
    ['', 'a', undefined],
    [undefined, 'a', undefined],
  ])('finds in %j the value of %s', (header, name, value) => {
    expect(readCookie(header, name)).toBe(value)
  })
})
