import { hash, randomBytes } from 'node:crypto'

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
 * The digests that stand for contents wherever entries are chained, in their order. The salt goes with the content:
 * without it nobody can try names until a digest fits.
 */
export function sealContents(
  contents: readonly AuditContent[],
): (Pick<SealedAuditContent, 'content_digest'> & { content_salt: Buffer })[] {
  const salts = randomBytes(saltBytes * contents.length)
  // A change of rules does the same to many people.
  const texts = new Map<string, string>()
  return contents.map((content, index) => {
    const salt = salts.subarray(index * saltBytes, (index + 1) * saltBytes)
    const json = jsonOf(content)
    const text = texts.get(json) ?? canonicalText(json)
    texts.set(json, text)
    return { content_salt: salt, content_digest: digestOf(text, salt) }
  })
}

/** Whether an entry says what it said when it was written; of an erased one only its digest is left. */
export function checkContent(entry: SealedAuditContent): 'intact' | 'erased' | 'altered' {
  if (entry.erased_at !== null) return 'erased'
  if (entry.content_salt === null) return 'altered'
  const digest = digestOf(canonicalText(jsonOf(entry)), entry.content_salt)
  return digest.equals(entry.content_digest) ? 'intact' : 'altered'
}

/** As JSON first: what is stored has no dates and nothing undefined. */
function jsonOf({ before, after }: AuditContent): string {
  return JSON.stringify([before, after])
}

function canonicalText(json: string): string {
  return JSON.stringify(sortKeys(JSON.parse(json)))
}

function digestOf(text: string, salt: Buffer): Buffer {
  return hash('sha256', Buffer.concat([salt, Buffer.from(text)]), 'buffer')
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
