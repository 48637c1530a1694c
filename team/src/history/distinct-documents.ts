/**
 * Documents for one statement, each of which travels once: a change of rules says the same of many people, and what is
 * said again costs the database as much to parse.
 */
export class DistinctDocuments {
  readonly #places = new Map<string, number>()

  /** Where the document is in `toJson()`, from zero; null for none. */
  place(document: Readonly<Record<string, unknown>> | null): number | null {
    if (document === null) return null
    const text = JSON.stringify(document)
    const known = this.#places.get(text)
    if (known !== undefined) return known
    const place = this.#places.size
    this.#places.set(text, place)
    return place
  }

  /** All of them as one JSON array. */
  toJson(): string {
    return `[${[...this.#places.keys()].join(',')}]`
  }
}
