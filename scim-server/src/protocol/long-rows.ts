import type { Attribute } from './attribute.ts'
import { LongList } from './long-list.ts'
import type { Profile } from './profile.ts'
import { readRowValues } from './read-rows.ts'
import type { RowStore, RowValues } from './row-operation.ts'
import { Warnings } from './scim-warning.ts'
import type { ReadContext } from './simple-value.ts'

/** The elements of an attribute stored as rows, read in batches and handed on to a store. */
export class LongRows extends LongList {
  readonly #attribute: Attribute
  readonly #profile: Profile
  readonly #store: RowStore
  readonly #warnings = new Warnings()
  #refusal: unknown

  constructor(attribute: Attribute, profile: Profile, store: RowStore) {
    super()
    this.#attribute = attribute
    this.#profile = profile
    this.#store = store
  }

  /** What is wrong with an element is told by `take`: only then is it known that the list is meant for this. */
  push(elements: readonly unknown[]): void {
    if (this.#refusal !== undefined) return
    const context = { profile: this.#profile, warnings: this.#warnings }
    try {
      for (const row of readRowValues(this.#attribute, elements, context)) this.#store.add(row)
    } catch (error) {
      this.#refusal = error
    }
  }

  /** The store with every row in it; throws what an element was refused for. */
  take(warnings: Warnings): RowStore {
    if (this.#refusal !== undefined) throw this.#refusal
    for (const { code, path } of this.#warnings.list()) warnings.add(code, path)
    return this.#store
  }
}

/** The elements of a list in a body, whichever way it was read. */
export function readRows(attribute: Attribute, json: unknown, context: ReadContext): RowValues {
  return json instanceof LongRows
    ? json.take(context.warnings)
    : readRowValues(attribute, json, context)
}
