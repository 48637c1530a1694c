import { expect, it } from 'vitest'

import { toScimEvent, verificationEvent } from './scim-event.ts'

const envelope = {
  jti: 'evt_7',
  audience: 'https://inbox.example/events',
  workspace: { id: 'w1', slug: 'acme' },
  subject: { externalId: '00u1', memberId: 'm1' },
}

function event(
  type: Parameters<typeof toScimEvent>[0]['type'],
  more: Record<string, unknown> = {},
): Parameters<typeof toScimEvent>[0] {
  const kind = type.startsWith('directory_user') ? 'user' : 'group'
  return {
    position: '7',
    type,
    memberId: 'r1',
    payload: { resource: { kind, id: 'r1' }, connection: { id: 'c1' }, attributes: [], ...more },
    requestId: 'q1',
    occurredAt: new Date('2026-11-22T05:00:00.750Z'),
  }
}

const namesOf = (...[type, more]: Parameters<typeof event>): string[] =>
  Object.keys(toScimEvent(event(type, more), envelope).events).map((uri) =>
    uri.replace('urn:ietf:params:scim:event:', ''),
  )

it('RFC9967-2.1 names the subject by sub_id at the top, and has no sub', () => {
  const claims = toScimEvent(event('directory_user.created', { attributes: ['title'] }), envelope)
  expect(claims).toEqual({
    jti: 'evt_7',
    aud: 'https://inbox.example/events',
    txn: 'q1',
    toe: 1_795_323_600,
    sub_id: { format: 'scim', uri: '/Users/r1', externalId: '00u1' },
    workspace: { id: 'w1', slug: 'acme' },
    scim_connection: { id: 'c1' },
    member: { id: 'm1' },
    events: { 'urn:ietf:params:scim:event:prov:create:notice': { attributes: ['title'] } },
  })
  const forgotten = toScimEvent(event('directory_group.deleted'), { ...envelope, subject: {} })
  expect(forgotten['sub_id']).toEqual({ format: 'scim', uri: '/Groups/r1' })
  expect(forgotten).not.toHaveProperty('member')
})

it('RFC9967-2.4 says what happened by the names of the RFC', () => {
  const attributes = ['title']
  expect(namesOf('directory_user.created', { active: false })).toEqual([
    'prov:create:notice',
    'prov:deactivate',
  ])
  expect(namesOf('directory_user.changed', { attributes })).toEqual(['prov:patch:notice'])
  expect(namesOf('directory_user.changed', { attributes, active: true })).toEqual([
    'prov:patch:notice',
    'prov:activate',
  ])
  expect(namesOf('directory_user.changed', { active: false })).toEqual(['prov:deactivate'])
  expect(namesOf('directory_user.deleted')).toEqual(['prov:delete'])
  expect(namesOf('directory_group.created')).toEqual(['prov:create:notice'])
  expect(namesOf('directory_group.changed', { attributes })).toEqual(['prov:patch:notice'])
  expect(namesOf('directory_group.deleted')).toEqual(['prov:delete'])
})

it('verifies an endpoint as the Shared Signals Framework does', () => {
  expect(verificationEvent({ id: 'e1', url: envelope.audience }, 'test_1')).toEqual({
    jti: 'test_1',
    aud: envelope.audience,
    sub_id: { format: 'opaque', id: 'e1' },
    events: {
      'https://schemas.openid.net/secevent/ssf/event-type/verification': { state: 'test_1' },
    },
  })
})
