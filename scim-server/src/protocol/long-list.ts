/** A list in a body that holds more than should be in memory at once: nothing that an engine may look into. */
export abstract class LongList {
  /** Takes the next elements, as JSON has them. */
  abstract push(elements: readonly unknown[]): void
}

/** Which lists of a body may be long, and what is made of them. */
export interface LongLists {
  /** Whether a list may be long, by the name of the attribute that holds it. */
  readonly isLong: (name: string) => boolean
  /** Makes what takes the elements and stands for the list in the body. */
  readonly open: () => LongList
}
