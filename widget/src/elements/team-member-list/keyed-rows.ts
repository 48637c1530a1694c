import { render, type TemplateResult } from 'lit'

/** Renders rows, each into an element of its own: what keeps its key keeps its element, and with it the focus. */
export class KeyedRows {
  #elements = new Map<unknown, Element>()

  /** Makes `rows` the children of `parent`, in their order; `host` is whom listeners in them belong to. */
  render(
    parent: Element,
    rows: readonly (readonly [key: unknown, template: TemplateResult])[],
    host: object,
  ): void {
    const former = this.#elements
    this.#elements = new Map(
      rows.map(([key]) => [key, former.get(key) ?? document.createElement('div')]),
    )
    for (const [key, element] of former) if (!this.#elements.has(key)) element.remove()
    let next: Element | null = null
    for (const [key, template] of rows.toReversed()) {
      const element = this.#elements.get(key)!
      render(template, element as HTMLElement, { host })
      // What stands before the right one already is not moved.
      if (element.parentElement !== parent || element.nextElementSibling !== next) {
        parent.insertBefore(element, next)
      }
      next = element
    }
  }
}
