import { hash } from 'node:crypto'

import { checkContent, type SealedAuditContent } from './audit-content.ts'

/** An entry as the chain covers it. */
export interface ChainableEntry {
  id: string
  actorKind: string
  actorId: string | null
  requestId: string
  action: string
  subjectKind: string
  subjectId: string
  /** With microseconds, as PostgreSQL has it. */
  occurredAt: string
  contentDigest: Buffer
}

/** A link of the chain as it is stored. */
export interface ChainedEntry extends ChainableEntry {
  position: string
  chainHash: Buffer
  content: SealedAuditContent
}

/** What is wrong with a history. */
export interface ChainFlaw {
  kind: 'altered' | 'removed' | 'inserted' | 'head-differs' | 'anchor-differs'
  /** Of the first entry concerned; null where it has none. */
  position: string | null
  entryId: string | null
  /** How many entries are missing, for `removed`. */
  count: number
}

/** What the first entry of a workspace is chained to. */
export function chainStart(workspaceId: string): Buffer {
  return hash('sha256', `plantel audit chain ${workspaceId}`, 'buffer')
}

/**
 * SHA-256 of the hash before, and of everything that the entry says. Content is covered by its digest, which outlives
 * an erasure.
 */
export function chainHash(before: Buffer, position: string, entry: ChainableEntry): Buffer {
  const fields = [
    position,
    entry.id,
    entry.actorKind,
    entry.actorId,
    entry.requestId,
    entry.action,
    entry.subjectKind,
    entry.subjectId,
    entry.occurredAt,
    entry.contentDigest.toString('hex'),
  ]
  return hash('sha256', Buffer.concat([before, Buffer.from(JSON.stringify(fields))]), 'buffer')
}

/** Walks along a chain, in order, and notes what does not fit. */
export interface ChainWalk {
  readonly position: string
  readonly hash: Buffer
  readonly count: number
  readonly erased: number
  readonly flaws: readonly ChainFlaw[]
  step(entry: ChainedEntry): void
}

const maxFlaws = 100

/** Begins behind `start`: an entry that should be next and is not was removed. */
export function walkChain(start: { position: string; hash: Buffer }): ChainWalk {
  let { position, hash } = start
  let count = 0
  let erased = 0
  const flaws: ChainFlaw[] = []

  function note(kind: ChainFlaw['kind'], at: string, entryId: string | null, of = 1): void {
    if (flaws.length < maxFlaws) flaws.push({ kind, position: at, entryId, count: of })
  }

  return {
    get position() {
      return position
    },
    get hash() {
      return hash
    },
    get count() {
      return count
    },
    get erased() {
      return erased
    },
    flaws,
    step(entry) {
      const missing = BigInt(entry.position) - BigInt(position) - 1n
      if (missing > 0n) note('removed', String(BigInt(position) + 1n), null, Number(missing))
      const state = checkContent({ ...entry.content, content_digest: entry.contentDigest })
      // Behind a gap nobody knows what it was chained to.
      const isLinked =
        missing > 0n || chainHash(hash, entry.position, entry).equals(entry.chainHash)
      if (!isLinked || state === 'altered') note('altered', entry.position, entry.id)
      if (state === 'erased') erased += 1
      count += 1
      position = entry.position
      hash = entry.chainHash
    },
  }
}
