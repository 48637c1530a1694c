import { fold } from '@plantel/team'
import { expect, test } from 'vitest'

// The protocol imports nothing, so that it could be lifted out; team must not import the server above it.
import { fold as protocolFold } from '../../scim-server/src/protocol/fold.ts'

test('SCIM and the team compare names by the same key, over every code point', () => {
  const different: string[] = []
  for (let codePoint = 0; codePoint <= 0x10_ff_ff; codePoint += 1) {
    if (codePoint >= 0xd8_00 && codePoint <= 0xdf_ff) continue
    const text = `A${String.fromCodePoint(codePoint)}Σ`
    if (fold(text) !== protocolFold(text)) different.push(text)
  }
  expect(different).toEqual([])
})
