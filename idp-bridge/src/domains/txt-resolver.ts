import { Resolver } from 'node:dns/promises'

/** The TXT records of a name, each in one piece; empty when there are none. Throws when nobody answers. RFC 1035 §3.3.14. */
export type TxtResolver = (name: string) => Promise<string[]>

export function createTxtResolver(): TxtResolver {
  return async (name) => {
    const resolver = new Resolver({ timeout: 3_000, tries: 2 })
    try {
      return (await resolver.resolveTxt(name)).map((parts) => parts.join(''))
    } catch (error) {
      if (isAbsent(error)) return []
      throw error
    }
  }
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOTFOUND' || code === 'ENODATA'
}
