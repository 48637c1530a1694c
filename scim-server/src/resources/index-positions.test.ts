import { expect, it } from 'vitest'

import { createIndexPositions } from './index-positions.ts'
import type { CursorScope } from './page-cursor.ts'

const scope: CursorScope = {
  workspaceId: 'w',
  connectionId: 'c',
  endpoint: '/Users',
  query: {
    filter: 'active eq true',
    sort: undefined,
    page: { kind: 'index', startIndex: 1, count: 10 },
    projection: { kind: 'default' },
  },
}
const position = { after: { type: 'User', id: 'u', key: null }, total: 12 }

it('goes on where the page before ended, for a minute', () => {
  let now = 0
  const positions = createIndexPositions(() => now)
  positions.remember(scope, 11, position)
  now = 59_999
  expect(positions.find(scope, 11)).toMatchObject(position)
  now = 60_000
  expect(positions.find(scope, 11)).toBeUndefined()
})

it.each([
  ['another page', scope, 21],
  ['another workspace', { ...scope, workspaceId: 'v' }, 11],
  ['another connection', { ...scope, connectionId: 'd' }, 11],
  ['another collection', { ...scope, endpoint: '/Groups' }, 11],
  ['another filter', { ...scope, query: { ...scope.query, filter: 'active eq false' } }, 11],
  ['no filter', { ...scope, query: { ...scope.query, filter: undefined } }, 11],
])('knows nothing of %s', (_, other, startIndex) => {
  const positions = createIndexPositions(() => 0)
  positions.remember(scope, 11, position)
  expect(positions.find(other, startIndex)).toBeUndefined()
})

it('forgets the oldest when there are too many', () => {
  const positions = createIndexPositions(() => 0)
  for (let page = 0; page <= 10_000; page += 1) positions.remember(scope, page, position)
  expect(positions.find(scope, 0)).toBeUndefined()
  expect(positions.find(scope, 10_000)).toMatchObject(position)
})
