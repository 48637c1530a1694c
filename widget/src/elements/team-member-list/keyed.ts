import { noChange, type ChildPart } from 'lit'
import {
  insertPart,
  removePart,
  setChildPartValue,
  setCommittedValue,
} from 'lit/directive-helpers.js'
import { directive, Directive, type DirectiveResult } from 'lit/directive.js'

/** Renders `[key, value]` pairs; what keeps its key keeps its elements, and with them the focus. */
class Keyed extends Directive {
  #parts = new Map<unknown, ChildPart>()

  override render(_pairs: readonly (readonly [key: unknown, value: unknown])[]): unknown {
    return noChange
  }

  override update(container: ChildPart, [pairs]: Parameters<this['render']>): unknown {
    const former = this.#parts
    this.#parts = new Map(pairs.map(([key]) => [key, former.get(key)!]))
    for (const [key, part] of former) if (!this.#parts.has(key)) removePart(part)
    let next: ChildPart | undefined
    for (const [key, value] of pairs.toReversed()) {
      // What stands before the right one already is not moved.
      next = insertPart(container, next, this.#parts.get(key))
      this.#parts.set(key, setChildPartValue(next, value))
    }
    setCommittedValue(container, [...this.#parts.values()])
    return noChange
  }
}

const create = directive(Keyed)

/** Pairs of a key and what is rendered for it. */
export function keyed(pairs: readonly (readonly [unknown, unknown])[]): DirectiveResult {
  return create(pairs)
}
