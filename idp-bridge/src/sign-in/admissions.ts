import { type Database, readInWorkspace } from '@plantel/db'

import { systemActor } from '../system-actor.ts'
import { readAdmissions, type TimedAdmission } from './admission-queries.ts'

/** For how long a member who may come in is remembered; what is issued meanwhile bears the moment of the look. */
const freshMs = 1_000
const maxRemembered = 10_000

/**
 * Whether members may be issued something that is looked at again when it is used. Whoever may come in is remembered for
 * a second, or until something changes in their workspace; `at` is when that was seen, and has to be the time of issue:
 * whatever has been ended since then refuses it. Who is asked for while an answer is under way goes with the next one.
 */
export interface Admissions {
  /** Undefined for nobody of this workspace. */
  find: (workspaceId: string, memberId: string) => Promise<TimedAdmission | undefined>
}

interface Batch {
  memberIds: Set<string>
  answers: Promise<Map<string, TimedAdmission>>
}

export function createAdmissions(db: Database): Admissions {
  const remembered = new Map<string, Map<string, TimedAdmission & { seenAt: number }>>()
  const underWay = new Map<string, Promise<unknown>>()
  const next = new Map<string, Batch>()
  let count = 0

  db.signals.listen((workspaceIds) => {
    if (workspaceIds.size === 0) forgetAll()
    for (const id of workspaceIds) forget(id)
  })

  function forgetAll(): void {
    remembered.clear()
    count = 0
  }

  function forget(workspaceId: string): void {
    count -= remembered.get(workspaceId)?.size ?? 0
    remembered.delete(workspaceId)
  }

  function keep(workspaceId: string, memberId: string, admission: TimedAdmission, seenAt: number) {
    if (count >= maxRemembered) forgetAll()
    const ofWorkspace = remembered.get(workspaceId) ?? new Map()
    remembered.set(workspaceId, ofWorkspace)
    if (!ofWorkspace.has(memberId)) count += 1
    ofWorkspace.set(memberId, { ...admission, seenAt })
  }

  async function read(
    workspaceId: string,
    memberIds: ReadonlySet<string>,
  ): Promise<Map<string, TimedAdmission>> {
    const askedAt = performance.now()
    const answers = await readInWorkspace(
      db,
      workspaceId,
      systemActor(),
      (trx) => readAdmissions(trx, [...memberIds]),
      { eager: true },
    )
    for (const [memberId, admission] of answers) {
      if (admission.answer === 'yes') keep(workspaceId, memberId, admission, askedAt)
    }
    return answers
  }

  /** One flight at a time for each workspace. */
  function join(workspaceId: string, memberId: string): Batch {
    const waiting = next.get(workspaceId)
    if (waiting !== undefined) {
      waiting.memberIds.add(memberId)
      return waiting
    }
    const memberIds = new Set([memberId])
    const before = underWay.get(workspaceId) ?? Promise.resolve()
    const answers = before.then(() => {
      next.delete(workspaceId)
      return read(workspaceId, memberIds)
    })
    const over = (): void => {
      if (underWay.get(workspaceId) === settled) underWay.delete(workspaceId)
    }
    const settled: Promise<void> = answers.then(over, over)
    underWay.set(workspaceId, settled)
    const batch = { memberIds, answers }
    next.set(workspaceId, batch)
    return batch
  }

  return {
    async find(workspaceId, memberId) {
      const known = remembered.get(workspaceId)?.get(memberId)
      if (known !== undefined && performance.now() - known.seenAt < freshMs) return known
      return (await join(workspaceId, memberId).answers).get(memberId)
    },
  }
}
