import { entraUser, oktaAddMember } from '../support/scim-client.ts'
import type { Contestant } from './compare.ts'
import type { Dataset } from './scim-dataset.ts'
import { type Ask, filtered, nextActivation, patchOf } from './scim-requests.ts'

/** What a SCIM server is measured by. */
export type ScimOperation =
  | 'create'
  | 'find'
  | 'read'
  | 'page'
  | 'activate'
  | 'small-group'
  | 'large-group'
  | 'read-group'

/** A server with the users of a dataset, of whom all but the last fifty are in the large group. */
export interface OperationsTarget {
  ask: Ask
  dataset: Dataset
  /** A group of a hundred, and the large one. */
  groups: { small: string; large: string }
  /** How it answers a PATCH of a group. */
  patchedGroup: 200 | 204
}

/** How many members the groups have. */
export function groupSizes({ size }: Dataset): { small: number; large: number } {
  return { small: Math.min(100, size - 50), large: size - 50 }
}

/** One operation as a contestant, and over how many connections it is asked for. */
export type Measurable = Contestant & { connections: number }

/** The operations of one server, the same for each. */
export function scimOperations(target: OperationsTarget): Record<ScimOperation, Measurable> {
  const { ask, dataset, groups, patchedGroup } = target
  const sizes = groupSizes(dataset)
  const pick = (): ReturnType<Dataset['user']> =>
    dataset.user(Math.floor(Math.random() * dataset.size))
  let posted = 0
  let toggled = 0
  let turn = 0
  /** Adds somebody and takes them out again. */
  const inAndOut = (group: string): ReturnType<Ask> => {
    const { id } = dataset.user(dataset.size - 1)
    turn += 1
    const body =
      turn % 2 === 1
        ? oktaAddMember(id)
        : patchOf({ op: 'remove', path: `members[value eq "${id}"]` })
    return ask('PATCH', `/Groups/${group}`, body)
  }
  return {
    create: {
      name: 'POST /Users',
      connections: 16,
      expectedStatus: 201,
      next: () =>
        ask('POST', '/Users', entraUser(`new-${(posted += 1)}@acme.example`, 'Load', 'Person')),
    },
    find: {
      name: 'GET ?filter=userName eq',
      connections: 16,
      expectedStatus: 200,
      next: () => ask('GET', filtered('/Users', `userName eq "${pick().userName}"`)),
    },
    read: {
      name: 'GET /Users/{id}',
      connections: 16,
      expectedStatus: 200,
      next: () => ask('GET', `/Users/${pick().id}`),
    },
    page: {
      name: 'GET ?startIndex=1&count=100',
      connections: 4,
      expectedStatus: 200,
      next: () => ask('GET', '/Users?startIndex=1&count=100'),
    },
    activate: {
      name: 'PATCH active',
      connections: 16,
      expectedStatus: 200,
      next: () => {
        const { path, body } = nextActivation(dataset, (toggled += 1))
        return ask('PATCH', path, body)
      },
    },
    'small-group': {
      name: `PATCH add or remove one of ${sizes.small} members`,
      connections: 1,
      expectedStatus: patchedGroup,
      next: () => inAndOut(groups.small),
    },
    'large-group': {
      name: `PATCH add or remove one of ${sizes.large} members`,
      connections: 1,
      expectedStatus: patchedGroup,
      next: () => inAndOut(groups.large),
    },
    'read-group': {
      name: `GET group of ${sizes.large} ?excludedAttributes=members`,
      connections: 1,
      expectedStatus: 200,
      next: () => ask('GET', `/Groups/${groups.large}?excludedAttributes=members`),
    },
  }
}
