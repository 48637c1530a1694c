import { isId, type MemberState } from '@plantel/db'

import { TeamError } from '../errors.ts'

/**
 * By what a list of members is ordered; with a minus the other way round. Roles begin with the highest, states with the
 * active ones.
 */
export type MemberSort =
  | 'name'
  | '-name'
  | 'role'
  | '-role'
  | 'status'
  | '-status'
  | 'lastActive'
  | '-lastActive'
  | 'created'
  | '-created'

/** The states of those whom lists show. */
export type ListedState = Exclude<MemberState, 'removed'>

/** In the order of the list by status. */
export const listedStates: readonly ListedState[] = ['active', 'invited', 'suspended']

export const memberSorts: readonly MemberSort[] = [
  'name',
  '-name',
  'role',
  '-role',
  'status',
  '-status',
  'lastActive',
  '-lastActive',
  'created',
  '-created',
]

/** A place in a list, and in which direction the page lies. */
export interface MemberPlace {
  sort: MemberSort
  toward: 'next' | 'previous'
  /** The member beside whom the page begins; who moves in the list takes their place along only where `at` is null. */
  memberId: string
  /** What the order compared then, where it changes by itself: the moment of activity, the role's rank, the state. */
  at: string | null
}

/** Opaque for callers. It names no person but by id. */
export function formatPlace({ sort, toward, memberId, at }: MemberPlace): string {
  return Buffer.from(JSON.stringify([sort, toward, memberId, at])).toString('base64url')
}

/** Throws `invalid-cursor` for what no list of this order has given. */
export function parsePlace(cursor: string, sort: MemberSort): MemberPlace {
  const parts = readParts(cursor)
  const [given, toward, memberId, at] = parts
  const isOurs =
    parts.length === 4 &&
    given === sort &&
    (toward === 'next' || toward === 'previous') &&
    typeof memberId === 'string' &&
    isId(memberId) &&
    isOfOrder(sort, at)
  if (!isOurs) throw new TeamError('invalid-cursor')
  return { sort, toward, memberId, at: at as string | null }
}

function readParts(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

const moment = /^(-infinity|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00)$/
const rank = /^(none|-?\d{1,10})$/

function isOfOrder(sort: MemberSort, at: unknown): boolean {
  if (sort.endsWith('lastActive')) return typeof at === 'string' && moment.test(at)
  if (sort.endsWith('role')) return typeof at === 'string' && rank.test(at)
  if (sort.endsWith('status')) return listedStates.some((state) => state === at)
  return at === null
}
