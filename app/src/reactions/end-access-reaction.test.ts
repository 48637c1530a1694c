import type { SequencedEvent } from '@plantel/team'
import { expect, it } from 'vitest'

import { createEndAccessReaction } from './end-access-reaction.ts'

const swept: string[] = []
const reaction = createEndAccessReaction({
  sweepEndedAccess: (workspaceId, memberIds) =>
    Promise.resolve(void swept.push(`${workspaceId}: ${memberIds.join(', ')}`)),
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

it('clears away what the members of events had, of several at once', async () => {
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
  await reaction.handleTogether?.([event, { ...event, memberId: 'member-2' }], 'workspace-1')
  expect(swept).toEqual(['workspace-1: member-1', 'workspace-1: member-1, member-2'])
})
