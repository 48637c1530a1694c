import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import {
  createAccessTokens,
  expiryOf,
  type TokenAnswer,
  type TokenReason,
} from './access-tokens.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function givingInTurn(...answers: TokenAnswer[]): {
  tokens: ReturnType<typeof createAccessTokens>
  reasons: TokenReason[]
} {
  const reasons: TokenReason[] = []
  const tokens = createAccessTokens(async (reason) => {
    reasons.push(reason)
    const answer = answers[reasons.length - 1]
    if (answer === undefined) throw new Error('No more tokens.')
    return answer
  })
  return { tokens, reasons }
}

const jwt = (claims: object): string => `e30.${btoa(JSON.stringify(claims))}.x`

test('many requests at once ask the host once', async () => {
  const { tokens, reasons } = givingInTurn('first')
  await expect(
    Promise.all([tokens.current(), tokens.current(), tokens.current()]),
  ).resolves.toEqual(['first', 'first', 'first'])
  expect(reasons).toEqual(['initial'])
})

test('a token is renewed at four fifths of its life', async () => {
  const { tokens, reasons } = givingInTurn(
    { token: 'first', expiresAt: Date.now() + 100_000 },
    'second',
  )
  await tokens.current()
  await vi.advanceTimersByTimeAsync(79_000)
  expect(reasons).toEqual(['initial'])
  await vi.advanceTimersByTimeAsync(2000)
  expect(reasons).toEqual(['initial', 'expiring'])
  await expect(tokens.current()).resolves.toBe('second')
})

test('the end of a token is read from what the host says, else from the token itself', () => {
  expect(expiryOf({ token: 'x', expiresAt: '2030-01-01T00:00:00Z' }, 'x')).toBe(
    Date.UTC(2030, 0, 1),
  )
  expect(expiryOf(jwt({ exp: 1000 }), jwt({ exp: 1000 }))).toBe(1_000_000)
  expect(expiryOf('opaque', 'opaque')).toBeNull()
  expect(expiryOf(jwt({ exp: 'soon' }), jwt({ exp: 'soon' }))).toBeNull()
})

test('a renewal that fails keeps the token that still works', async () => {
  const { tokens, reasons } = givingInTurn({ token: 'first', expiresAt: Date.now() + 1000 })
  await tokens.current()
  await vi.advanceTimersByTimeAsync(900)
  expect(reasons).toEqual(['initial', 'expiring'])
  await expect(tokens.current()).resolves.toBe('first')
})

test('requests that were refused with the same token share one renewal', async () => {
  const { tokens, reasons } = givingInTurn('first', 'second')
  await tokens.current()
  await Promise.all([tokens.renew('first'), tokens.renew('first')])
  await expect(tokens.renew('first')).resolves.toBe('second')
  expect(reasons).toEqual(['initial', 'rejected'])
})

test('after a failure the next request asks again', async () => {
  let attempts = 0
  const tokens = createAccessTokens(async () => {
    attempts += 1
    if (attempts === 1) throw new Error('Not yet.')
    return 'late'
  })
  await expect(tokens.current()).rejects.toThrow('Not yet.')
  await expect(tokens.current()).resolves.toBe('late')
})

test('a token that arrives after it was given up is not kept', async () => {
  const late = Promise.withResolvers<string>()
  const tokens = createAccessTokens((reason) =>
    reason === 'initial' ? late.promise : Promise.resolve('other'),
  )
  const first = tokens.current()
  tokens.forget()
  late.resolve('too late')
  await expect(first).rejects.toMatchObject({ name: 'AbortError' })
})
