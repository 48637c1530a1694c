import { expect, test } from 'vitest'

import { createServerSentEventParser } from './server-sent-events.ts'

const stream =
  'id: 7\ndata: {"a":1}\n\n: comment\n\ndata: one\ndata: two\n\nid: 8\r\ndata: x\r\n\r\n'
const events = [
  { id: '7', data: '{"a":1}' },
  { id: '7', data: 'one\ntwo' },
  { id: '8', data: 'x' },
]

test('events are the same however the text is cut into pieces', () => {
  for (let size = 1; size <= stream.length; size += 1) {
    const parse = createServerSentEventParser()
    const parsed = []
    for (let at = 0; at < stream.length; at += size)
      parsed.push(...parse(stream.slice(at, at + size)))
    expect(parsed).toEqual(events)
  }
})

test('an event that isn’t complete is not given', () => {
  const parse = createServerSentEventParser()
  expect(parse('data: half')).toEqual([])
  expect(parse('\n')).toEqual([])
  expect(parse('\n')).toEqual([{ id: undefined, data: 'half' }])
})
