import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'

/** Values by name, as a plan writes them; undefined says nothing. */
export type Fields = Readonly<Record<string, unknown>>

/** One value that becomes another one. */
export interface FieldChange {
  name: string
  /** Absent where there was none. */
  before?: unknown
  after: unknown
}

/** What a change of rules does to people. */
export interface PeopleEffect {
  changed: number
  gainAccess: number
  loseAccess: number
  /** Stands for the whole difference, person by person. */
  hash: string
}

/** One thing that is made, changed or deleted. */
export interface PlannedChange {
  kind: 'create' | 'update' | 'delete'
  /** `role night-shift`, `channel wa`. */
  what: string
  fields: readonly FieldChange[]
  effect?: PeopleEffect
}

/** The fields that a plan wants otherwise than they are; what it doesn't say doesn't count. */
export function differingFields(before: Fields, wanted: Fields): FieldChange[] {
  return Object.entries(wanted).flatMap(([name, after]) =>
    after === undefined || isDeepStrictEqual(before[name], after)
      ? []
      : [{ name, before: before[name], after }],
  )
}

/** The same text for the same changes, whenever they are computed: what is decided, a dot, and what it does to people. */
export function digestOf(changes: readonly PlannedChange[]): string {
  const decided = changes.map(({ kind, what, fields }) => ({ kind, what, fields }))
  return `${hashOf(['plan', decided])}.${hashOf(changes.map(({ effect }) => effect ?? null))}`
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url')
}

/** A set, in an order that says nothing. */
export function asSet<T extends string>(values: readonly T[] | undefined): T[] | undefined {
  return values === undefined ? undefined : [...new Set(values)].toSorted()
}
