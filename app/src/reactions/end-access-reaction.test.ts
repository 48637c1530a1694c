import type { EventType } from '@plantel/team'
import { expect, it } from 'vitest'

import { leaverOf } from './end-access-reaction.ts'

it.each<[EventType, boolean]>([
  ['member.suspended', true],
  ['member.removed', true],
  ['session.revoked', true],
  ['member.changed', false],
  ['member.reactivated', false],
])('%s ends sessions: %s', (type, ends) => {
  const event = {
    position: '1',
    type,
    memberId: 'member-1',
    payload: {},
    requestId: 'request-1',
    occurredAt: new Date(0),
  }
  expect(leaverOf(event)).toBe(ends ? 'member-1' : undefined)
})
