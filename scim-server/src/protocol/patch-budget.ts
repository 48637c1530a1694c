import { ScimError } from './scim-error.ts'

/** What one request may spend on the value filters of its paths; a thousand ordinary ones cost a third of it. */
const maxUnits = 1_000_000
/** Reading a character of a filter costs as much as so many comparisons. */
const unitsPerCharacter = 5

/** Counts what the value filters of one PATCH cost: conditions times elements, which no other limit bounds. */
export class PatchBudget {
  #left = maxUnits

  /** Takes the cost of reading a filter; throws invalidFilter beyond the limit, as does `spend`. */
  spendOnText(text: string): void {
    this.spend(text.length * unitsPerCharacter)
  }

  spend(units: number): void {
    this.#left -= units
    if (this.#left < 0) {
      throw ScimError.of(
        'invalidFilter',
        'The value filters of this request ask for too many comparisons: send fewer operations at once.',
      )
    }
  }
}
