/** Published keys of those who sign assertions. RFC 7517 §5. */

/** A `fetch` that can't be talked into reaching the network it runs in, and limits time and size. */
export type FetchDocument = (url: string) => Promise<Response>

/** A set of public keys, not looked into. */
export interface PublishedKeys {
  readonly keys: readonly Record<string, unknown>[]
}

/** The keys can't be had at the moment; nothing is wrong with the client. */
export class JwksUnavailableError extends Error {
  override readonly name: string = 'JwksUnavailableError'
}

/** Keys by the address where they are published. */
export interface JwksCache {
  /** The set in which `keyId` should be. Throws `JwksUnavailableError` when it was never seen and can't be asked for. */
  keysFor(url: string, keyId: string): Promise<PublishedKeys>
}

interface Entry {
  published: PublishedKeys | undefined
  fetchedAt: number
  attemptedAt: number
  failure: unknown
  fetching: Promise<void> | undefined
}

/** A key that was withdrawn is believed for at most this long, unless its publisher can't be reached. */
const freshForMs = 3_600_000
const attemptEveryMs = 60_000
const maxAddresses = 1_000
const maxDocumentLength = 65_536

/** Fetches a set when a key is unknown, at most once a minute for each address, and goes on with known keys when it can't. */
export function createJwksCache(fetch: FetchDocument, now: () => number = Date.now): JwksCache {
  const entries = new Map<string, Entry>()

  function entryOf(url: string): Entry {
    const known = entries.get(url)
    if (known !== undefined) return known
    const [oldest] = entries.keys()
    if (entries.size >= maxAddresses && oldest !== undefined) entries.delete(oldest)
    const entry: Entry = {
      published: undefined,
      fetchedAt: -Infinity,
      attemptedAt: -Infinity,
      failure: undefined,
      fetching: undefined,
    }
    entries.set(url, entry)
    return entry
  }

  async function refetch(url: string, entry: Entry): Promise<void> {
    entry.attemptedAt = now()
    try {
      entry.published = parsePublishedKeys(await readDocument(await fetch(url)))
      entry.fetchedAt = now()
      entry.failure = undefined
    } catch (error) {
      entry.failure = error
    }
  }

  return {
    async keysFor(url, keyId) {
      const entry = entryOf(url)
      const isFresh = now() - entry.fetchedAt < freshForMs && hasKey(entry.published, keyId)
      if (!isFresh && entry.fetching === undefined && now() - entry.attemptedAt >= attemptEveryMs) {
        entry.fetching = refetch(url, entry).finally(() => (entry.fetching = undefined))
      }
      if (!isFresh) await entry.fetching
      const { published, failure } = entry
      if (published !== undefined && (failure === undefined || hasKey(published, keyId))) {
        return published
      }
      throw new JwksUnavailableError('The published keys can not be read.', { cause: failure })
    },
  }
}

function hasKey(published: PublishedKeys | undefined, keyId: string): boolean {
  return published?.keys.some((key) => key['kid'] === keyId) === true
}

async function readDocument(response: Response): Promise<unknown> {
  if (response.status !== 200) throw new Error(`The keys were answered with ${response.status}.`)
  const text = await response.text()
  if (text.length > maxDocumentLength) throw new Error('The published keys are too long.')
  return JSON.parse(text) as unknown
}

function parsePublishedKeys(document: unknown): PublishedKeys {
  const keys: unknown =
    typeof document === 'object' && document !== null ? Reflect.get(document, 'keys') : undefined
  if (!Array.isArray(keys)) throw new Error('The document holds no keys.')
  return {
    keys: keys.filter(
      (key): key is Record<string, unknown> => typeof key === 'object' && key !== null,
    ),
  }
}
