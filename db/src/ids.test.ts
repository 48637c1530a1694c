import { describe, expect, it } from 'vitest'

import { createId, createIdSource, isId } from './ids.ts'

describe('createId', () => {
  it('makes a canonical UUIDv7 that begins with the time', () => {
    const id = createIdSource()(Date.UTC(2026, 0, 2, 3, 4, 5, 678))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const milliseconds = Number.parseInt(id.replace('-', '').slice(0, 12), 16)
    expect(new Date(milliseconds).toISOString()).toBe('2026-01-02T03:04:05.678Z')
  })

  it('sorts 200,000 ids of one millisecond in the order in which they were made', () => {
    const next = createIdSource()
    const ids = Array.from({ length: 200_000 }, () => next(1_000))
    // Not compared as arrays: describing the difference of two so long ones would take minutes.
    const firstWrong = ids.findIndex((id, index) => index > 0 && id <= (ids[index - 1] ?? ''))
    expect(firstWrong).toBe(-1)
  })

  it('does not go back when the clock does', () => {
    const next = createIdSource()
    const before = next(2_000)
    expect(next(1_000) > before).toBe(true)
  })

  it('differs between two sources at the same time', () => {
    const both = [createIdSource()(1_000), createIdSource()(1_000)]
    expect(new Set(both).size).toBe(2)
  })
})

describe('isId', () => {
  it('knows the canonical form only', () => {
    const id = createId()
    expect(isId(id)).toBe(true)
    expect(isId('3f2504e0-4f89-41d3-9a0c-0305e82c3301')).toBe(true)
    expect(isId(id.replaceAll('-', ''))).toBe(false)
    expect(isId('3F2504E0-4F89-41D3-9A0C-0305E82C3301')).toBe(false)
    expect(isId(`${id}\n`)).toBe(false)
    expect(isId('')).toBe(false)
  })
})
