import { beforeEach, expect, test } from 'vitest'

import { createJwksCache, type JwksCache, JwksUnavailableError } from './jwks-cache.ts'

const url = 'https://idp.example/keys'
let now = 0
let fetched = 0
let answer: () => Response
let cache: JwksCache

const publish = (...kids: string[]): void => {
  answer = () => Response.json({ keys: kids.map((kid) => ({ kid, kty: 'RSA' })) })
}
const kidsFor = async (kid: string): Promise<unknown[]> =>
  (await cache.keysFor(url, kid)).keys.map((key) => key['kid'])

beforeEach(() => {
  now = 0
  fetched = 0
  publish('a')
  cache = createJwksCache(
    () => {
      fetched += 1
      return Promise.resolve(answer())
    },
    () => now,
  )
})

test('a known key is asked for once an hour', async () => {
  expect(await Promise.all([kidsFor('a'), kidsFor('a')])).toEqual([['a'], ['a']])
  now = 3_599_999
  await kidsFor('a')
  expect(fetched).toBe(1)
  now = 3_600_000
  await kidsFor('a')
  expect(fetched).toBe(2)
})

test('an unknown key is asked for at most once a minute, and found when it is there', async () => {
  await kidsFor('a')
  publish('a', 'b')
  now = 59_999
  expect(await kidsFor('b')).toEqual(['a'])
  expect(fetched).toBe(1)
  now = 60_000
  expect(await kidsFor('b')).toEqual(['a', 'b'])
  expect(await kidsFor('c')).toEqual(['a', 'b'])
  expect(fetched).toBe(2)
})

test('a withdrawn key is no longer believed after an hour', async () => {
  await kidsFor('a')
  publish('b')
  now = 3_600_000
  expect(await kidsFor('a')).toEqual(['b'])
})

test('while the address does not answer, known keys go on and unknown ones say so', async () => {
  await kidsFor('a')
  answer = () => new Response('', { status: 502 })
  now = 3_600_000
  expect(await kidsFor('a')).toEqual(['a'])
  await expect(kidsFor('b')).rejects.toThrow(JwksUnavailableError)
  now += 60_000
  publish('b')
  expect(await kidsFor('b')).toEqual(['b'])
})

test.each([
  ['no JSON', () => new Response('<html>')],
  ['no keys', () => Response.json({})],
  ['a redirect', () => new Response('', { status: 302, headers: { location: url } })],
  ['too much', () => Response.json({ keys: [], padding: 'x'.repeat(70_000) })],
])('an address that answers with %s has no keys', async (_, response) => {
  answer = response
  await expect(kidsFor('a')).rejects.toThrow(JwksUnavailableError)
  expect(fetched).toBe(1)
  await expect(kidsFor('a')).rejects.toThrow(JwksUnavailableError)
  expect(fetched).toBe(1)
})
