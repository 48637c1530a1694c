import { render, type TemplateResult } from 'lit'

/** A row: who it is of, all that it is made of, and how. */
export type KeyedRow = readonly [
  key: unknown,
  inputs: readonly unknown[],
  template: () => TemplateResult,
]

interface RenderedRow {
  element: HTMLElement
  inputs: readonly unknown[]
}

/**
 * Renders rows, each into an element of its own. What keeps its key keeps its element, and with it the focus; what is
 * made of the same as before is left as it is. Others take over the elements of those who are gone, in their order:
 * after a search that costs half of making them anew. Only one with the focus is not handed on, because a screen reader
 * would not tell of it.
 */
export class KeyedRows {
  #rendered = new Map<unknown, RenderedRow>()

  /** Makes `rows` the children of `parent`, in their order; `host` is whom listeners in them belong to. */
  render(parent: Element, rows: readonly KeyedRow[], host: object): void {
    const former = this.#rendered
    const keys = new Set(rows.map(([key]) => key))
    const spare = [...former].filter(
      ([key, { element }]) => !keys.has(key) && !element.matches(':focus-within'),
    )
    const taken = rows.map(([key]) => former.get(key) ?? spare.shift()?.[1] ?? newRow())
    for (const row of former.values()) if (!taken.includes(row)) row.element.remove()
    this.#rendered = new Map(
      rows.map(([key, inputs, template], index) => {
        const row = taken[index]!
        const { element } = row
        if (row !== former.get(key) || inputs.some((input, at) => input !== row.inputs[at])) {
          const image = element.querySelector('img')
          const source = image?.src
          render(template(), element, { host })
          // Until another picture is there the browser shows the former.
          if (image?.src !== source) image?.classList.add('unseen')
        }
        return [key, { element, inputs }]
      }),
    )
    let next: Element | null = null
    for (const { element } of taken.toReversed()) {
      // What stands before the right one already is not moved.
      if (element.parentElement !== parent || element.nextElementSibling !== next) {
        parent.insertBefore(element, next)
      }
      next = element
    }
  }
}

function newRow(): RenderedRow {
  return { element: document.createElement('div'), inputs: [] }
}
