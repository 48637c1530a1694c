import { expect, it } from 'vitest'

import { changedAttributes, directoryEvent } from './directory-event.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

function user(resource: Record<string, unknown>): Parameters<typeof directoryEvent>[1] {
  return { id: 'u1', connection_id: 'c1', resource }
}

/** What is said of activity when it was so before and is so after; null is nobody. */
function activeIn(before: boolean | null, after: boolean | null): unknown {
  return directoryEvent(
    'directory_user.changed',
    before === null ? null : user({ active: before }),
    after === null ? null : user({ active: after }),
  ).payload['active']
}

it('names what was given, changed and taken, by SCIM paths and without a value', () => {
  const before = {
    schemas: ['a'],
    '#search': 'ana agent',
    userName: 'ana',
    title: 'Agent',
    [enterprise]: { department: 'Sales', division: 'North' },
  }
  const after = {
    schemas: ['a', 'b'],
    userName: 'ana',
    name: { givenName: 'Ana' },
    [enterprise]: { department: 'Support', division: 'North' },
  }
  expect(changedAttributes(before, after).toSorted()).toEqual([
    'name',
    'title',
    `${enterprise}:department`,
  ])
  expect(changedAttributes(before, before)).toEqual([])
})

it('says of activity only what is news', () => {
  expect(activeIn(true, false)).toBe(false)
  expect(activeIn(false, true)).toBe(true)
  expect(activeIn(true, true)).toBeUndefined()
  expect(activeIn(null, true)).toBeUndefined()
  expect(activeIn(null, false)).toBe(false)
  expect(activeIn(true, null)).toBeUndefined()
})

it('tells that members of a group changed, and of nothing that is gone more than that', () => {
  const group = user({ displayName: 'Sales' })
  expect(directoryEvent('directory_group.changed', group, group, true).payload).toEqual({
    resource: { kind: 'group', id: 'u1' },
    connection: { id: 'c1' },
    attributes: ['members'],
  })
  expect(directoryEvent('directory_group.deleted', group, null).payload).toMatchObject({
    attributes: [],
  })
})
