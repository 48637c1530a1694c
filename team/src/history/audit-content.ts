import { createHash, randomBytes } from 'node:crypto'

/** What an audit entry says beside who, what and when: the part that an erasure may take away. */
export interface AuditContent {
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}

/** A stored entry's content with what proves it. */
export interface SealedAuditContent extends AuditContent {
  content_salt: Buffer | null
  content_digest: Buffer
  erased_at: Date | null
}

const saltBytes = 16

/**
 * The digest that stands for the content wherever entries are chained. The salt goes with the content: without it nobody
 * can try names until a digest fits.
 */
export function sealContent(
  content: AuditContent,
): Pick<SealedAuditContent, 'content_digest'> & { content_salt: Buffer } {
  const salt = randomBytes(saltBytes)
  return { content_salt: salt, content_digest: digestOf(content, salt) }
}

/** Whether an entry says what it said when it was written; of an erased one only its digest is left. */
export function checkContent(entry: SealedAuditContent): 'intact' | 'erased' | 'altered' {
  if (entry.erased_at !== null) return 'erased'
  if (entry.content_salt === null) return 'altered'
  return digestOf(entry, entry.content_salt).equals(entry.content_digest) ? 'intact' : 'altered'
}

function digestOf({ before, after }: AuditContent, salt: Buffer): Buffer {
  // As JSON first: what is stored has no dates and nothing undefined.
  const text = JSON.stringify(sortKeys(JSON.parse(JSON.stringify([before, after]))))
  return createHash('sha256').update(salt).update(text).digest()
}

/** `jsonb` gives keys back in an order of its own. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sortKeys(part)]),
  )
}
