/** The class of an element that knows its own name. */
export interface ElementClass<Made extends HTMLElement = HTMLElement> {
  readonly tag: string
  /** The elements it is made of. */
  readonly uses?: readonly ElementClass[] | undefined
  new (): Made
}

/** Registers elements and what they are made of under their own names; those that are registered stay as they are. */
export function defineElements(...classes: readonly ElementClass[]): void {
  for (const one of classes) {
    if (customElements.get(one.tag) !== undefined) continue
    defineElements(...(one.uses ?? []))
    customElements.define(one.tag, one)
  }
}
