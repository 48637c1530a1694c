/** What a name stands for, for ever; `make` tells where it is not known. */
export type Memory = <Value>(name: string, make: () => Promise<Value>) => Promise<Value>

const maxRemembered = 200

/** Remembers the values that were asked for last. */
export function createMemory(limit: number = maxRemembered): Memory {
  const known = new Map<string, unknown>()
  return async <Value>(name: string, make: () => Promise<Value>): Promise<Value> => {
    const isKnown = known.has(name)
    // A name stands for one thing, and so for one type.
    const value = isKnown ? (known.get(name) as Value) : await make()
    // Set anew, a name is the youngest.
    known.delete(name)
    known.set(name, value)
    const [oldest] = known.size > limit ? known.keys() : []
    if (oldest !== undefined) known.delete(oldest)
    return value
  }
}
