import type { WorkspaceTransaction } from '@plantel/db'

import { readChain, readChainPage, readUnsealed } from './audit-chain-store.ts'
import { type ChainFlaw, walkChain } from './audit-chain.ts'

/** Whether a workspace's history is the one that was written. */
export interface AuditVerification {
  isIntact: boolean
  /** Entries that were looked at. */
  entries: number
  /** Of those, whose content was erased with a person. */
  erased: number
  /** Committed in the last seconds, and not part of the chain yet. */
  unsealed: number
  /** The newest link: whoever keeps it can tell later whether history before it was written anew. */
  head: { position: string; hash: string } | null
  /** At most a hundred. */
  flaws: ChainFlaw[]
}

/** One transaction that sees one moment. */
type Read = <T>(work: (trx: WorkspaceTransaction) => Promise<T>) => Promise<T>

const pageSize = 1_000

/**
 * Walks along the whole chain, page by page in transactions of their own, and compares it with a link that was kept
 * outside, if one is given.
 */
export async function verifyAudit(
  read: Read,
  anchor?: { position: string; hash: string },
): Promise<AuditVerification> {
  const chain = await read(readChain)
  const flaws: ChainFlaw[] = []
  if (chain === undefined) {
    const { waiting, inserted } = await read((trx) => readUnsealed(trx, pageSize))
    flaws.push(...inserted.map(insertedFlaw))
    if (anchor !== undefined) flaws.push(anchorFlaw(anchor.position))
    return conclude({ entries: 0, erased: 0, unsealed: waiting, head: null, flaws })
  }
  const walk = walkChain(chain.start)
  let anchorFits = anchor === undefined || isAt(chain.start, anchor)
  for (;;) {
    const page = await read((trx) => readChainPage(trx, walk.position, pageSize))
    for (const entry of page) {
      // What was sealed since we began is not compared with the head of that time.
      if (BigInt(entry.position) > BigInt(chain.head.position)) break
      walk.step(entry)
      if (anchor !== undefined && isAt(walk, anchor)) anchorFits = true
    }
    const isEnd = BigInt(page.at(-1)?.position ?? 0) >= BigInt(chain.head.position)
    if (isEnd || page.length < pageSize) break
  }
  flaws.push(...walk.flaws)
  const missing = BigInt(chain.head.position) - BigInt(walk.position)
  if (missing > 0n) {
    const position = String(BigInt(walk.position) + 1n)
    flaws.push({ kind: 'removed', position, entryId: null, count: Number(missing) })
  } else if (!walk.hash.equals(chain.head.hash)) {
    flaws.push({ kind: 'head-differs', position: walk.position, entryId: null, count: 1 })
  }
  // What was swept away since was part of it; it can not be looked at any more.
  const isSwept = anchor !== undefined && BigInt(anchor.position) < BigInt(chain.start.position)
  if (anchor !== undefined && !anchorFits && !isSwept) flaws.push(anchorFlaw(anchor.position))
  const { waiting, inserted } = await read((trx) => readUnsealed(trx, pageSize))
  flaws.push(...inserted.map(insertedFlaw))
  return conclude({
    entries: walk.count,
    erased: walk.erased,
    unsealed: waiting,
    head: { position: chain.head.position, hash: chain.head.hash.toString('hex') },
    flaws,
  })
}

function conclude(found: Omit<AuditVerification, 'isIntact'>): AuditVerification {
  return { isIntact: found.flaws.length === 0, ...found }
}

function isAt(
  link: { position: string; hash: Buffer },
  anchor: { position: string; hash: string },
): boolean {
  return link.position === anchor.position && link.hash.toString('hex') === anchor.hash
}

function insertedFlaw(entryId: string): ChainFlaw {
  return { kind: 'inserted', position: null, entryId, count: 1 }
}

function anchorFlaw(position: string): ChainFlaw {
  return { kind: 'anchor-differs', position, entryId: null, count: 1 }
}
