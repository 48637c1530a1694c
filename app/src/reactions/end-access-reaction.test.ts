import type { SequencedEvent } from '@plantel/team'
import { expect, it } from 'vitest'

import { createEndAccessReaction } from './end-access-reaction.ts'

const swept: string[] = []
const reaction = createEndAccessReaction({
  sweepEndedAccess: (memberId) => Promise.resolve(void swept.push(memberId)),
})

it.each<[SequencedEvent['type'], boolean]>([
  ['member.suspended', true],
  ['member.removed', true],
  ['session.revoked', true],
  ['member.changed', false],
  ['member.reactivated', false],
])('%s is an end of access: %s', (type, ends) => {
  expect(reaction.types?.has(type)).toBe(ends)
})

it('clears away what the member of an event had', async () => {
  const event: SequencedEvent = {
    position: '1',
    type: 'member.suspended',
    memberId: 'member-1',
    payload: {},
    requestId: 'request-1',
    occurredAt: new Date(0),
  }
  await reaction.handle(event, 'workspace-1', new Date())
  await reaction.handle({ ...event, memberId: null }, 'workspace-1', new Date())
  expect(swept).toEqual(['member-1'])
})
