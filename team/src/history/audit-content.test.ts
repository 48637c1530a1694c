import { expect, it } from 'vitest'

import { type AuditContent, checkContent, sealContents } from './audit-content.ts'

const content = {
  before: null,
  after: { role: { key: 'agent', name: 'Agent' }, channels: ['wa', 'ig'], since: new Date(0) },
}

/** As it comes back from the database, where keys have another order. */
const stored = {
  before: null,
  after: {
    since: '1970-01-01T00:00:00.000Z',
    channels: ['wa', 'ig'],
    role: { name: 'Agent', key: 'agent' },
  },
}

function sealContent(content: AuditContent): ReturnType<typeof sealContents>[number] {
  const [sealed] = sealContents([content])
  if (sealed === undefined) throw new Error('nothing was sealed')
  return sealed
}

it('knows content that came back from the database', () => {
  expect(checkContent({ ...stored, ...sealContent(content), erased_at: null })).toBe('intact')
})

it('notices another value, another order of a list and content without its salt', () => {
  const sealed = { ...sealContent(content), erased_at: null }
  const altered = [
    { ...stored, after: { ...stored.after, channels: ['ig', 'wa'] } },
    { before: {}, after: stored.after },
    { before: stored.after, after: null },
  ]
  for (const change of altered) expect(checkContent({ ...change, ...sealed })).toBe('altered')
  expect(checkContent({ ...stored, ...sealed, content_salt: null })).toBe('altered')
})

it('gives each of many its own salt and digest, also where they say the same', () => {
  const sealed = sealContents([content, { before: {}, after: null }, content])
  expect(new Set(sealed.map(({ content_salt }) => content_salt.toString('hex'))).size).toBe(3)
  expect(new Set(sealed.map(({ content_digest }) => content_digest.toString('hex'))).size).toBe(3)
  const last = sealed[2]
  if (last === undefined) throw new Error('one was left out')
  expect(checkContent({ ...stored, ...last, erased_at: null })).toBe('intact')
})

it('says that erased content was erased', () => {
  const { content_digest } = sealContent(content)
  const erased = { content_digest, content_salt: null, erased_at: new Date() }
  expect(checkContent({ before: null, after: null, ...erased })).toBe('erased')
})

it('gives the same content another digest each time, so that nobody can guess it', () => {
  const [one, other] = [sealContent(content), sealContent(content)]
  expect(one.content_digest.equals(other.content_digest)).toBe(false)
})
