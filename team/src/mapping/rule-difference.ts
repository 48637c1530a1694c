import { createHash } from 'node:crypto'

import type { MemberAccessPayload } from './member-change.ts'

/** What a change of rules does to one member. */
export interface MemberDifference {
  id: string
  displayName: string
  before: MemberAccessPayload
  after: MemberAccessPayload
}

/** What a change of rules does, exactly. */
export interface RuleDifference {
  /** Stands for the whole difference: two that are equal do the same to the same people. */
  hash: string
  /** How many members have other access afterwards. */
  changed: number
  /** Of these, how many had no role and get one. */
  gainAccess: number
  /** Of these, how many had a role and have none afterwards. */
  loseAccess: number
  /** The first of them, in order of their ids. */
  members: MemberDifference[]
}

const shownMembers = 100

/** Collects a difference member by member, in order of their ids; its size does not grow with theirs. */
export function createRuleDifference(): {
  add: (member: MemberDifference) => void
  finish: () => RuleDifference
} {
  const hash = createHash('sha256')
  const difference: RuleDifference = {
    hash: '',
    changed: 0,
    gainAccess: 0,
    loseAccess: 0,
    members: [],
  }
  return {
    add(member) {
      const after = JSON.stringify(member.after)
      if (after === JSON.stringify(member.before)) return
      hash.update(`${member.id} ${JSON.stringify(member.before)} ${after}\n`)
      difference.changed += 1
      if (member.before.role === null && member.after.role !== null) difference.gainAccess += 1
      if (member.before.role !== null && member.after.role === null) difference.loseAccess += 1
      if (difference.members.length < shownMembers) difference.members.push(member)
    },
    finish: () => ({ ...difference, hash: hash.digest('base64url') }),
  }
}
