import { getRandomValues } from 'node:crypto'

const canonical = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Bits of randomness below the 48-bit timestamp that are used as a counter: rand_a and the top of rand_b. */
const counterBits = 26
const counterLimit = 2 ** counterBits

const poolBytes = 3_072

/** Random bytes in pieces of one size, of which each is given out once; asking for them one by one would cost most. */
function createRandomSource(size: number): () => DataView {
  const pool = new Uint8Array(poolBytes)
  let used = poolBytes
  return () => {
    if (used + size > poolBytes) {
      getRandomValues(pool)
      used = 0
    }
    used += size
    return new DataView(pool.buffer, used - size, size)
  }
}

/** Makes ids that never go back, even when the clock does or many are made in one millisecond. */
export function createIdSource(): (now?: number) => string {
  let lastTime = -1
  let counter = 0
  const nextBits = createRandomSource(12)
  return (now = Date.now()) => {
    const bits = nextBits()
    if (now > lastTime) {
      lastTime = now
      // The top bit stays free, so that one millisecond has room for 33 million more ids.
      counter = bits.getUint32(8) % (counterLimit / 2)
    } else {
      counter += 1
      if (counter === counterLimit) {
        lastTime += 1
        counter = 0
      }
    }
    const time = lastTime.toString(16).padStart(12, '0')
    const a = (0x7000 | (counter >>> 14)).toString(16)
    const b = (0x8000 | (counter & 0x3fff)).toString(16)
    const tail = bits.getUint32(0).toString(16).padStart(8, '0')
    const end = bits.getUint16(4).toString(16).padStart(4, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-${a}-${b}-${tail}${end}`
  }
}

/**
 * A new UUIDv7 (RFC 9562 §5.7), made here because PostgreSQL 15 has no `uuidv7()`;
 * ids of one process sort in the order in which they were made.
 */
export const createId: (now?: number) => string = createIdSource()

/** True for a UUID of any version in canonical lower-case form, the only form we store and emit. */
export function isId(text: string): boolean {
  return canonical.test(text)
}

/** The least id that can be made at a moment, in milliseconds since 1970: where to begin reading along the ids. */
export function idFloor(ms: number): string {
  const time = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}
