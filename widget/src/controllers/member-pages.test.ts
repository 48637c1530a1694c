import { describe, expect, test } from 'vitest'

import type { MemberPage, MemberRow } from '../contract/index.ts'
import { personNumber } from '../testing/people.ts'
import { MemberPages, PAGE_SIZE, PAGES_KEPT } from './member-pages.ts'

const row = (index: number): MemberRow => personNumber(index, 0)

/** The answer to a request for a page of a list of so many, as a server without a cursor backwards gives it. */
function page(from: number, to: number, nextCursor: string | null, total = 1000): MemberPage {
  const members = Array.from({ length: to - from }, (_, index) => row(from + index))
  return { members, total, offset: from, nextCursor, previousCursor: null, position: '0' }
}

function read(pages: MemberPages, first: number, last: number, answer: MemberPage): void {
  const request = pages.needed(first, last)
  if (request === undefined) throw new Error('Nothing to read.')
  pages.put(request, answer)
}

const idsOf = (pages: MemberPages): string[] =>
  pages.slice(0, pages.total).flatMap((member) => (member === undefined ? [] : [member.id]))

describe('the pages of a long list', () => {
  test('an empty list asks for its beginning', () => {
    expect(new MemberPages().needed(0, 20)).toMatchObject({
      position: 0,
      cursor: null,
      offset: null,
    })
  })

  test('the first rows come alone, the others of their page behind them, and both are one page', () => {
    const pages = new MemberPages()
    expect(pages.needed(0, 20)).toMatchObject({ cursor: null, limit: 30 })
    read(pages, 0, 20, page(0, 30, 'after-29'))
    expect(pages.needed(0, 20)).toMatchObject({ position: 0, cursor: 'after-29', limit: 70 })
    read(pages, 0, 20, page(30, 100, 'after-99'))
    expect(idsOf(pages)).toEqual(Array.from({ length: 100 }, (_, index) => row(index).id))
    expect(pages.needed(0, 20)).toBeUndefined()
    expect(pages.needed(90, 99)).toMatchObject({ position: 1, cursor: 'after-99', limit: 100 })
  })

  test.each([
    ['somebody moved between the two', page(29, 99, 'after-98')],
    ['somebody came between them', page(30, 100, 'after-99', 1001)],
    ['fewer came than there are', page(30, 90, 'after-89')],
  ])('where %s, the first page is read again as a whole', (_, rest) => {
    const pages = new MemberPages()
    read(pages, 0, 20, page(0, 30, 'after-29'))
    read(pages, 0, 20, rest)
    expect(new Set(idsOf(pages)).size).toBe(idsOf(pages).length)
    expect(pages.needed(0, 20)).toMatchObject({ position: 0, cursor: null, limit: 100 })
  })

  test('a page behind a part of the first is read by its number', () => {
    const pages = new MemberPages()
    read(pages, 0, 20, page(0, 30, 'after-29'))
    expect(pages.needed(160, 180)).toMatchObject({ position: 1, cursor: null, offset: 100 })
  })

  test('after a change a first page in two parts is read again as a whole', () => {
    const pages = new MemberPages()
    read(pages, 0, 20, page(0, 30, 'after-29'))
    const request = pages.needed(0, 20)!
    pages.invalidate()
    pages.put(request, page(30, 100, 'after-99'))
    expect(pages.needed(0, 20)).toMatchObject({ position: 0, cursor: null, limit: 100 })
  })

  test('the next page is asked for before its beginning is reached, and not earlier', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, 'c1'))
    expect(pages.needed(0, 20)).toBeUndefined()
    expect(pages.needed(40, 60)).toMatchObject({ position: 1, cursor: 'c1', offset: null })
  })

  test('behind the last page nothing is asked for', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 30, null, 30))
    expect(pages.needed(10, 29)).toBeUndefined()
  })

  test('a place far away is read by its number alone, and the list goes on from there both ways', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, 'c1', 100_000))
    expect(pages.needed(70_010, 70_030)).toMatchObject({
      position: 700,
      cursor: null,
      offset: 70_000,
    })
    read(pages, 70_040, 70_045, { ...page(70_000, 70_100, 'after'), total: 100_000 })
    expect(pages.slice(70_099, 70_101).map((member) => member?.id)).toEqual([
      row(70_099).id,
      undefined,
    ])
    expect(pages.needed(70_060, 70_080)).toMatchObject({ position: 701, cursor: 'after' })
    read(pages, 70_060, 70_080, page(70_100, 70_200, 'more', 100_000))
    expect(pages.needed(70_030, 70_045)).toMatchObject({ position: 699, offset: 69_900 })
  })

  test('the page before another one is read by that one’s cursor', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, 'c1'))
    read(pages, 850, 870, { ...page(800, 900, 'after'), previousCursor: 'before' })
    expect(pages.needed(795, 820)).toMatchObject({ position: 7, cursor: 'before', offset: null })
  })

  test('the end of a list that has become shorter is asked for again by its new number', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, 'c1', 1000))
    read(pages, 990, 999, page(750, 850, null, 850))
    expect(pages.total).toBe(850)
    expect(pages.needed(830, 849)).toMatchObject({ position: 8, offset: 800 })
  })

  test('after a change only pages in view are read again, by their numbers, the others when they come into view', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, 'c1'))
    read(pages, 90, 95, page(100, 200, 'c2'))
    pages.invalidate()
    expect(pages.needed(110, 130)).toMatchObject({ position: 1, cursor: null, offset: 100 })
    read(pages, 110, 130, page(100, 200, 'c2'))
    expect(pages.needed(160, 170)).toMatchObject({ position: 2, cursor: 'c2' })
    read(pages, 160, 170, page(200, 300, 'c3'))
    expect(pages.needed(110, 130)).toBeUndefined()
    expect(pages.needed(10, 30)).toMatchObject({ position: 0, cursor: null })
  })

  test('an answer that was asked for before a change doesn’t count as true', () => {
    const pages = new MemberPages()
    const request = pages.needed(0, 0)
    if (request === undefined) throw new Error('Nothing to read.')
    pages.invalidate()
    pages.put(request, page(0, 100, 'c1'))
    expect(pages.needed(0, 20)).toMatchObject({ position: 0 })
  })

  test.each([
    ['of another length', 1001, 200],
    ['with too few rows', 1000, 199],
  ])(
    'a page that was read beside another one and tells of a list %s is read again by its number',
    (_, total, end) => {
      const pages = new MemberPages()
      read(pages, 0, 0, page(0, 100, 'after-99'))
      read(pages, 90, 95, page(100, end, 'after-199', total))
      expect(pages.needed(110, 130)).toMatchObject({ position: 1, cursor: null, offset: 100 })
      read(pages, 110, 130, page(100, 200, 'after-199', total))
      expect(pages.needed(110, 130)).toBeUndefined()
      expect(pages.needed(10, 20)).toMatchObject({ position: 0 })
    },
  )

  test('a member who moved to another page is never there twice', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, 'c1'))
    const moved = page(100, 199, 'c2')
    moved.members.unshift(row(5))
    read(pages, 90, 95, moved)
    expect(idsOf(pages).filter((id) => id === row(5).id)).toHaveLength(1)
    expect(pages.indexOf(row(5).id)).toBe(100)
    expect(pages.needed(0, 20)).toMatchObject({ position: 0 })
  })

  test('a list that got shorter forgets the pages after its end', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, 'c1'))
    read(pages, 90, 95, page(100, 200, 'c2'))
    pages.invalidate()
    read(pages, 0, 20, page(0, 40, null, 40))
    expect(pages.total).toBe(40)
    expect(pages.indexOf(row(150).id)).toBe(-1)
  })

  test('of a very long list only the pages near the view stay in memory', () => {
    const pages = new MemberPages()
    for (let start = 0; start < (PAGES_KEPT + 15) * PAGE_SIZE; start += PAGE_SIZE) {
      read(pages, start, start, page(start, start + PAGE_SIZE, `after-${start}`, 100_000))
    }
    expect(idsOf(pages)).toHaveLength(PAGES_KEPT * PAGE_SIZE)
    expect(pages.total).toBe(100_000)
    expect(pages.needed(0, 20)).toMatchObject({ position: 0, cursor: null, offset: null })
  })

  test('presence is patched without reading anything', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, null))
    expect(pages.patch(row(3).id, { presence: 'away' })).toBe(true)
    expect(pages.find(row(3).id)?.presence).toBe('away')
    expect(pages.patch('nobody', { presence: 'away' })).toBe(false)
  })
})
