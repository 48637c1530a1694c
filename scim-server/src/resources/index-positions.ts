import { type CursorScope, type PageEnd, scopeDigest } from './page-cursor.ts'

/** Where an index page ended, with how many there were on all pages. */
export interface IndexPosition {
  readonly after: PageEnd
  readonly total: number
}

/**
 * Remembers where index pages ended: a client that asks for the next one goes on there, where counting rows from the
 * beginning would cost more with every page. Only a hint of this replica; who comes late or elsewhere counts.
 */
export interface IndexPositions {
  /** Where the page before ended, if the same client list was read up to there a moment ago. */
  find(scope: CursorScope, startIndex: number): IndexPosition | undefined
  /** `startIndex` is of the next page. */
  remember(scope: CursorScope, startIndex: number, position: IndexPosition): void
}

const rememberedForMs = 60_000
const maxRemembered = 10_000

/** Positions of one replica; the oldest are forgotten first. */
export function createIndexPositions(now: () => number = Date.now): IndexPositions {
  const remembered = new Map<string, IndexPosition & { readonly until: number }>()
  return {
    find(scope, startIndex) {
      const found = remembered.get(keyOf(scope, startIndex))
      return found !== undefined && found.until > now() ? found : undefined
    },
    remember(scope, startIndex, position) {
      const key = keyOf(scope, startIndex)
      // Set anew, a key is the youngest.
      remembered.delete(key)
      remembered.set(key, { ...position, until: now() + rememberedForMs })
      const [oldest] = remembered.size > maxRemembered ? remembered.keys() : []
      if (oldest !== undefined) remembered.delete(oldest)
    },
  }
}

/** A digest, so that ten thousand long filters take no more room than short ones. */
function keyOf(scope: CursorScope, startIndex: number): string {
  return `${scopeDigest(scope).toString('base64')} ${startIndex}`
}
