import { readdirSync, readFileSync } from 'node:fs'

/** What an identity provider sends to one connection, in its order. */
export interface Recording {
  /** Name of the file, below this folder. */
  readonly name: string
  readonly title: string
  readonly connection: { readonly idp: Idp }
  readonly exchanges: readonly Exchange[]
}

type Idp = 'okta' | 'entra' | 'google' | 'onelogin' | 'jumpcloud'

/** One request with what must come back. */
export interface Exchange {
  /** Where it is on record, and what it is about. */
  readonly about: string
  readonly method: string
  /** Below the base URL, not yet percent-encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly status: number
  /** Part of the body that comes back; a text that begins with `~` is a regular expression. */
  readonly answer?: unknown
  /** Members that the body must not have. */
  readonly absent?: readonly string[]
  /** Names under which members of the body stand for `{{name}}` in later exchanges. */
  readonly save?: Readonly<Record<string, string>>
}

const folder = new URL('./', import.meta.url)

/** Reads the recordings of all identity providers. */
export function readRecordings(): readonly Recording[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => {
      const recording = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recording
      return { ...recording, name: name.replaceAll('\\', '/') }
    })
}

/** Puts saved values where a recording refers to them. */
export function fillIn<Value>(value: Value, saved: ReadonlyMap<string, string>): Value {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) return value
  const filled = text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const found = saved.get(name)
    if (found === undefined) throw new Error(`Nothing is saved as ${name}.`)
    return JSON.stringify(found).slice(1, -1)
  })
  return JSON.parse(filled) as Value
}
