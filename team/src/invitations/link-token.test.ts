import { createId } from '@plantel/db'
import { describe, expect, it } from 'vitest'

import { createInvitationTokens } from './invitation-token.ts'
import { createLinkTokens } from './link-token.ts'

const secret = 'the secret of this installation, long enough'

describe('a link', () => {
  it('says again what it was issued for, on every replica', () => {
    const link = { id: createId(), generation: 3 }
    const token = createInvitationTokens(secret).issue(link)
    expect(createInvitationTokens(secret).read(token)).toEqual(link)
  })

  it('has only characters that no mail program breaks', () => {
    expect(createInvitationTokens(secret).issue({ id: createId(), generation: 1 })).toMatch(
      /^[0-9a-f]{72}$/,
    )
  })

  it('is unreadable with any one digit changed', () => {
    const tokens = createInvitationTokens(secret)
    const token = tokens.issue({ id: createId(), generation: 1 })
    const changed = Array.from({ length: token.length }, (_, index) => {
      const other = token[index] === '0' ? '1' : '0'
      return token.slice(0, index) + other + token.slice(index + 1)
    })
    expect(changed.map((text) => tokens.read(text))).toEqual(changed.map(() => undefined))
  })

  it.each(['', 'x', '0'.repeat(72), '0'.repeat(71), '0'.repeat(1_000_000)])(
    'is not %.20s',
    (text) => {
      expect(createInvitationTokens(secret).read(text)).toBeUndefined()
    },
  )

  it('is not read in capitals: there is one text for one link', () => {
    const tokens = createInvitationTokens(secret)
    const token = tokens.issue({ id: createId(), generation: 1 })
    expect(tokens.read(token.toUpperCase())).toBeUndefined()
    expect(tokens.read(` ${token}`)).toBeUndefined()
  })

  it('counts neither with another secret nor for another purpose', () => {
    const subject = { id: createId(), number: 1 }
    const token = createLinkTokens(secret, 'invitation').issue(subject)
    expect(createLinkTokens(`${secret}.`, 'invitation').read(token)).toBeUndefined()
    expect(createLinkTokens(secret, 'something else').read(token)).toBeUndefined()
  })
})
