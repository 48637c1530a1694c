import { expect, test } from 'vitest'

import { isInNetworks, isNetwork, plainAddress } from './network-list.ts'

test.each([
  ['192.0.2.7', ['192.0.2.0/24'], true],
  ['192.0.3.7', ['192.0.2.0/24'], false],
  ['192.0.2.7', ['192.0.2.7'], true],
  ['192.0.2.8', ['192.0.2.7'], false],
  ['2001:db8::1', ['192.0.2.0/24', '2001:db8::/32'], true],
  ['2001:db9::1', ['2001:db8::/32'], false],
  ['192.0.2.7', ['0.0.0.0/0'], true],
  ['2001:db8::1', ['0.0.0.0/0'], false],
  ['192.0.2.7', [], true],
  ['', ['192.0.2.0/24'], false],
  ['unknown', ['192.0.2.0/24'], false],
])('whether %j is in %j is %j', (address, networks, isIn) => {
  expect(isInNetworks(address, networks)).toBe(isIn)
})

test.each(['10.0.0.0/8', '::1', '2001:db8::/128', '192.0.2.1/32'])('%s is a network', (text) => {
  expect(isNetwork(text)).toBe(true)
})

test.each([
  '10.0.0.0/33',
  '::/129',
  '10.0.0',
  'acme.example',
  '',
  '/8',
  '10.0.0.0/-1',
  'fe80::1%lo/64',
])('%j is no network', (text) => {
  expect(isNetwork(text)).toBe(false)
})

test('an IPv4 address in IPv6 dress is taken for what it is', () => {
  expect(plainAddress('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(plainAddress('2001:db8::1')).toBe('2001:db8::1')
  expect(plainAddress('fe80::1%eth0')).toBe('fe80::1')
  expect(plainAddress(undefined)).toBe('')
})
