import { expect, test } from 'vitest'

import { initialsOf } from './avatar.ts'

test.each([
  ['Lucía Fernández Prado', 'LP'],
  ['  ana  ', 'A'],
  ['"Pepe" (soporte)', 'PS'],
  ['李 小龙', '李小'],
  ['𝒜da Lovelace', '𝒜L'],
  ['🙂', ''],
  ['', ''],
])('the initials of %j are %j', (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})
