import { describe, expect, test } from 'vitest'

import type { MemberPage, MemberRow } from '../contract/index.ts'
import { personNumber } from '../testing/people.ts'
import { MemberPages, PAGE_SIZE, PAGES_KEPT } from './member-pages.ts'

const row = (index: number): MemberRow => personNumber(index, 0)

function page(from: number, to: number, nextCursor: string | null, total = 1000): MemberPage {
  const members = Array.from({ length: to - from }, (_, offset) => row(from + offset))
  return { members, total, nextCursor, previousCursor: null, position: '0' }
}

function read(pages: MemberPages, first: number, last: number, answer: MemberPage): void {
  const request = pages.needed(first, last)
  if (request === undefined) throw new Error('Nothing to read.')
  pages.put(request, answer)
}

describe('the pages of a long list', () => {
  test('an empty list asks for its beginning', () => {
    expect(new MemberPages().needed(0, 20)).toMatchObject({ position: 0, cursor: null })
  })

  test('the next page is asked for before its end is reached, and not earlier', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, 'c1'))
    expect(pages.needed(0, 20)).toBeUndefined()
    expect(pages.needed(40, 60)).toMatchObject({ position: 1, cursor: 'c1' })
  })

  test('after the last page nothing more is asked for', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 30, null, 30))
    expect(pages.needed(10, 29)).toBeUndefined()
    expect(pages.hasMore).toBe(false)
  })

  test('after a change only pages in view are read again, the others when they come into view', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, 'c1'))
    read(pages, 90, 95, page(100, 200, 'c2'))
    pages.invalidate()
    expect(pages.needed(110, 130)).toMatchObject({ position: 1, cursor: 'c1' })
    read(pages, 110, 130, page(100, 200, 'c2'))
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

  test('a page that got longer moves the start of the next one', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, 'after-99'))
    read(pages, 90, 95, page(100, 200, 'after-199'))
    pages.invalidate()
    read(pages, 110, 130, page(100, 200, 'after-199'))
    read(pages, 0, 20, page(0, 99, 'after-98'))
    expect(pages.needed(100, 120)).toMatchObject({ position: 1, cursor: 'after-98' })
  })

  test('a member who moved to another page is never there twice', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, 'c1'))
    const moved = page(100, 200, 'c2')
    moved.members.unshift(row(5))
    read(pages, 90, 95, moved)
    const ids = pages.slice(0, pages.length).map((member) => member?.id)
    expect(ids.filter((id) => id === row(5).id)).toHaveLength(1)
    expect(pages.indexOf(row(5).id)).toBe(99)
  })

  test('a list that got shorter forgets the pages after its end', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, 'c1'))
    read(pages, 90, 95, page(100, 200, 'c2'))
    pages.invalidate()
    read(pages, 0, 20, page(0, 40, null, 40))
    expect(pages.length).toBe(40)
    expect(pages.indexOf(row(150).id)).toBe(-1)
  })

  test('of a very long list only the pages near the view stay in memory, and the rest keeps its place', () => {
    const pages = new MemberPages()
    const count = PAGES_KEPT + 15
    for (let index = 0; index < count; index += 1) {
      const start = index * PAGE_SIZE
      read(pages, start - 1, start, page(start, start + PAGE_SIZE, `c${index + 1}`, 100_000))
    }
    const held = pages.slice(0, pages.length).filter((member) => member !== undefined)
    expect(held.length).toBeLessThanOrEqual(PAGES_KEPT * PAGE_SIZE)
    expect(pages.length).toBe(count * PAGE_SIZE)
    expect(pages.needed(0, 20)).toMatchObject({ position: 0, cursor: null })
  })

  test('presence is patched without reading anything', () => {
    const pages = new MemberPages()
    read(pages, 0, 0, page(0, 100, null))
    expect(pages.patch(row(3).id, { presence: 'away' })).toBe(true)
    expect(pages.find(row(3).id)?.presence).toBe('away')
    expect(pages.patch('nobody', { presence: 'away' })).toBe(false)
  })
})
