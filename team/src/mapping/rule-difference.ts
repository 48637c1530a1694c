import { createHash } from 'node:crypto'

import type { MemberAccessPayload } from './member-change.ts'
import type { UnknownName } from './project.ts'

/** What a change does to one member. */
export interface MemberDifference {
  id: string
  displayName: string
  before: MemberAccessPayload
  after: MemberAccessPayload
}

/** What a change of rules, roles or departments does, exactly. */
export interface RuleDifference {
  /** Stands for the change and for the whole difference: two that are equal do the same to the same people. */
  hash: string
  /** How many members have other access afterwards. */
  changed: number
  /** Of these, how many had no role and get one. */
  gainAccess: number
  /** Of these, how many had a role and have none afterwards. */
  loseAccess: number
  /** How many need a seat by it and find none. */
  noSeat: number
  /** How many people may manage members: none afterwards would leave the owners alone with it, or nobody. */
  administrators: { before: number; after: number }
  /** The first of them, in order of their ids. */
  members: MemberDifference[]
  /** Names in the directory that give nothing because the workspace has nothing of this name; the most frequent first. */
  unknownNames: (Pick<UnknownName, 'kind' | 'name'> & { members: number })[]
}

const shownMembers = 100
const shownNames = 100
/** Of more different names than this only the first are counted. */
const countedNames = 10_000

/** Access as a text to compare and to hash by. */
export interface DescribedAccess {
  payload: MemberAccessPayload
  text: string
  waitsForSeat: boolean
}

/** Keys of the roles that may manage members, before and after, and how many active people have one now. */
export interface Administrators {
  before: ReadonlySet<string>
  after: ReadonlySet<string>
  count: number
}

export interface DifferenceCollector {
  /** Members in order of their ids. `isTold` shows one whose access in these terms stays the same. */
  add: (
    member: { id: string; displayName: string },
    before: DescribedAccess,
    after: DescribedAccess,
    isTold?: boolean,
  ) => void
  addUnknownNames: (names: readonly UnknownName[]) => void
  finish: () => RuleDifference
}

/** Collects a difference member by member; its size does not grow with theirs. */
export function createRuleDifference(
  about: string,
  administrators: Administrators,
): DifferenceCollector {
  const change = createHash('sha256').update(about).digest('base64url')
  const people = createHash('sha256')
  const unknown = new Map<string, RuleDifference['unknownNames'][number]>()
  const difference: RuleDifference = {
    hash: '',
    changed: 0,
    gainAccess: 0,
    loseAccess: 0,
    noSeat: 0,
    administrators: { before: administrators.count, after: administrators.count },
    members: [],
    unknownNames: [],
  }
  return {
    add({ id, displayName }, before, after, isTold = false) {
      if (administrates(before, administrators.before)) difference.administrators.after -= 1
      if (administrates(after, administrators.after)) difference.administrators.after += 1
      if (after.waitsForSeat && !before.waitsForSeat) difference.noSeat += 1
      if (after.text === before.text && !isTold) return
      people.update(`${id} ${before.text} ${after.text}\n`)
      difference.changed += 1
      const [had, has] = [before.payload.role !== null, after.payload.role !== null]
      if (!had && has) difference.gainAccess += 1
      if (had && !has) difference.loseAccess += 1
      if (difference.members.length < shownMembers) {
        difference.members.push({ id, displayName, before: before.payload, after: after.payload })
      }
    },
    addUnknownNames(names) {
      const distinct = new Map(names.map(({ kind, name }) => [`${kind} ${name}`, { kind, name }]))
      for (const [key, { kind, name }] of distinct) {
        const known = unknown.get(key)
        if (known !== undefined) known.members += 1
        else if (unknown.size < countedNames) unknown.set(key, { kind, name, members: 1 })
      }
    },
    finish: () => ({
      ...difference,
      hash: `${change}.${people.digest('base64url')}`,
      unknownNames: [...unknown.values()]
        .toSorted(
          (left, right) => right.members - left.members || (left.name < right.name ? -1 : 1),
        )
        .slice(0, shownNames),
    }),
  }
}

function administrates({ payload }: DescribedAccess, roles: ReadonlySet<string>): boolean {
  return payload.state === 'active' && payload.role !== null && roles.has(payload.role)
}

/** The part of a difference's hash that stands for what is decided, whoever it concerns. */
export function changeOfHash(hash: string): string {
  return hash.split('.')[0] ?? ''
}

/** The part that stands for what becomes of whom, whatever decides it. */
export function peopleOfHash(hash: string): string {
  return hash.split('.')[1] ?? ''
}
