import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { LongList } from '../protocol/long-list.ts'
import { BodySplitter, type SplitterLimits } from './read-body-splitter.ts'

const limits: SplitterLimits = { body: 1_000, shortLists: 20, batch: 10, elements: 5_000 }
const runs = process.env['TEST_DEPTH'] === 'deep' ? 20_000 : 1_000

/** Keeps what it is given, to compare it with what `JSON.parse` makes of the whole. */
class KeptList extends LongList {
  readonly batches: (readonly unknown[])[] = []

  push(elements: readonly unknown[]): void {
    this.batches.push(elements)
  }
}

function split(text: string, given: SplitterLimits = limits, chunkBytes = 7): unknown {
  const splitter = new BodySplitter(
    { isLong: (name) => name === 'members', open: () => new KeptList() },
    given,
  )
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    splitter.push(bytes.subarray(at, at + chunkBytes))
  }
  return splitter.end()
}

/** The body with the elements of long lists where they stood. */
function whole(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body, (_, value: unknown) =>
      value instanceof KeptList ? value.batches.flat() : value,
    ),
  )
}

const members = Array.from({ length: 30 }, (_, index) => ({ value: `u${index}`, type: 'User' }))

describe('a body with long lists', () => {
  test('equals what JSON.parse makes of it, wherever its chunks and batches end', () => {
    const arbitraryName = fc.constantFrom('members', 'value', 'a"b', 'm\\', 'schemas', 'ü')
    const { body } = fc.letrec((tie) => ({
      leaf: fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(true, null),
      ),
      list: fc.array(tie('any'), { maxLength: 8 }),
      body: fc.dictionary(arbitraryName, tie('any'), { maxKeys: 5 }),
      any: fc.oneof({ maxDepth: 5 }, tie('leaf'), tie('list'), tie('body')),
    }))
    fc.assert(
      fc.property(
        body,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 2),
        (value, chunkBytes, indent) => {
          const text = JSON.stringify(value, null, indent)
          const result = split(text, { ...limits, body: 1_000_000 }, chunkBytes)
          expect(whole(result)).toEqual(JSON.parse(text))
        },
      ),
      { numRuns: runs },
    )
  })

  test('keeps short lists as they are, and hands long ones on in batches', () => {
    const body = split(JSON.stringify({ a: { members: [1, 2] }, members })) as {
      a: unknown
      members: KeptList
    }
    expect(body.a).toEqual({ members: [1, 2] })
    expect(body.members.batches.length).toBeGreaterThan(10)
    expect(body.members.batches.flat()).toEqual(members)
  })

  test('takes many short lists for long ones, once they are too much together', () => {
    const body = split(
      JSON.stringify({
        a: { members: [1234567] },
        b: { members: [1234567] },
        c: { members: [1234567] },
      }),
    )
    const { a, c } = body as Record<string, { members: unknown }>
    expect(a?.members).toEqual([1234567])
    expect(c?.members).toBeInstanceOf(KeptList)
  })

  test('may be larger than what is not in long lists may be', () => {
    const text = JSON.stringify({ members: Array.from({ length: 100 }, () => members).flat() })
    expect(text.length).toBeGreaterThan(10 * limits.body)
    expect(whole(split(text))).toEqual(JSON.parse(text))
  })

  test.each([
    ['what is not in a list', JSON.stringify({ name: 'x'.repeat(1_000) })],
    ['another list', JSON.stringify({ others: [members, members] })],
    ['the number of elements', JSON.stringify({ members: Array.from({ length: 5_001 }, () => 1) })],
    ['one element', JSON.stringify({ members: ['x'.repeat(1_100)] })],
  ])('is refused with 413 when %s is too large', (_what, text) => {
    expect(() => split(text)).toThrow(expect.objectContaining({ status: 413 }))
  })

  test.each([
    ['nothing', ''],
    ['text behind it', '{"members":[]}x'],
    ['an unfinished string', '{"members":["'],
    ['an unfinished list', '{"members":["12345678901",'],
    ['a comma at the end of a list', '{"members":["12345678901",]}'],
    ['a comma at the end of a short list', '{"members":[1,]}'],
    ['two commas', '{"members":["12345678901",,"12345678901"]}'],
    ['a comma only', '{"members":[,"12345678901234"]}'],
    ['a wrong bracket', '{"members":["12345678901","12345678901"}]'],
    ['a wrong bracket in an element', '{"members":[{"value":"12345678901"],{"value":1}]}'],
    ['a value without quotes', '{"members":["12345678901",abcdefghijklm]}'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('latin1')],
  ])('is no JSON with %s', (_what, text) => {
    const splitter = new BodySplitter(
      { isLong: (name) => name === 'members', open: () => new KeptList() },
      limits,
    )
    const read = (): unknown => {
      splitter.push(Buffer.from(text, 'latin1'))
      return splitter.end()
    }
    expect(read).toThrow(expect.objectContaining({ scimType: 'invalidSyntax' }))
  })

  test('is refused where it is nested too deep, before a parser sees it', () => {
    const splitter = new BodySplitter({ isLong: () => true, open: () => new KeptList() }, limits)
    expect(() => splitter.push(Buffer.from('['.repeat(21)))).toThrow(
      expect.objectContaining({ scimType: 'invalidSyntax' }),
    )
  })

  test('cannot name the list of another place', () => {
    const text = JSON.stringify({ members, name: 'members', id: '0' })
    const body = split(text) as Record<string, unknown>
    expect(body['name']).toBe('members')
    expect(body['id']).toBe('0')
  })
})
