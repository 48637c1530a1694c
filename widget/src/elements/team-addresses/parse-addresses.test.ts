import { expect, test } from 'vitest'

import { parseAddresses } from './parse-addresses.ts'

test.each([
  ['ana@acme.example', [['ana@acme.example', null]]],
  [
    'Ana García <ana@acme.example>; bo@acme.example',
    [
      ['ana@acme.example', 'Ana García'],
      ['bo@acme.example', null],
    ],
  ],
  ['"Ruiz, Ana" <ana@acme.example>', [['ana@acme.example', 'Ruiz, Ana']]],
  [
    'Ana García\tana@acme.example\nBo\tLi\tbo@acme.example',
    [
      ['ana@acme.example', 'Ana García'],
      ['bo@acme.example', 'Bo Li'],
    ],
  ],
  [
    'a@x.example b@x.example\r\nc@x.example,',
    [
      ['a@x.example', null],
      ['b@x.example', null],
      ['c@x.example', null],
    ],
  ],
  ["o'neil@acme.example", [["o'neil@acme.example", null]]],
  ['nobody', [['nobody', false]]],
  ['ana@acme', [['ana@acme', false]]],
  ['ana@@acme.example', [['ana@@acme.example', false]]],
  ['  \n\t', []],
])('%j is read as %j', (text, expected) => {
  const read = parseAddresses(text).map(({ text, name, isValid }) => [text, isValid ? name : false])
  expect(read).toEqual(expected)
})
