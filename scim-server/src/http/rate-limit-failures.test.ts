import { expect, test } from 'vitest'

import { createFailureLimit } from './rate-limit-failures.ts'

test('ten failures close the way for the rest of the minute, to that address and connection only', () => {
  let now = 0
  const limit = createFailureLimit(() => now)
  for (let failure = 0; failure < 10; failure++) {
    expect(limit.retryAfterSeconds('192.0.2.1', 'a')).toBe(undefined)
    limit.record('192.0.2.1', 'a')
    now += 1_000
  }
  expect(limit.retryAfterSeconds('192.0.2.1', 'a')).toBe(50)
  expect(limit.retryAfterSeconds('192.0.2.2', 'a')).toBe(undefined)
  expect(limit.retryAfterSeconds('192.0.2.1', 'b')).toBe(undefined)
  now = 60_000
  expect(limit.retryAfterSeconds('192.0.2.1', 'a')).toBe(undefined)
  limit.record('192.0.2.1', 'a')
  expect(limit.retryAfterSeconds('192.0.2.1', 'a')).toBe(undefined)
})

test('an attacker with many addresses fills no memory: the oldest are forgotten', () => {
  const limit = createFailureLimit(() => 0)
  const fail = (address: string): void => {
    for (let failure = 0; failure < 10; failure++) limit.record(address, 'a')
  }
  for (let address = 0; address <= 50_000; address++) fail(String(address))
  expect(limit.retryAfterSeconds('0', 'a')).toBe(undefined)
  expect(limit.retryAfterSeconds('50000', 'a')).toBe(60)
})

test.each([
  ['2001:db8::1', '2001:db8::ffff:1', true],
  ['2001:db8:0:0:1:2:3:4', '2001:db8::1', true],
  ['2001:db8:0:1::1', '2001:db8::1', false],
  ['::1', '::2', true],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::', true],
])('an IPv6 network of 64 bits counts as one address: %s and %s, %s', (one, other, isSame) => {
  const limit = createFailureLimit(() => 0)
  for (let failure = 0; failure < 10; failure++) limit.record(one, 'a')
  expect(limit.retryAfterSeconds(other, 'a') !== undefined).toBe(isSame)
})
