import type { MemberFilter } from '../contract/index.ts'

/** Who is chosen, as `POST /team/v1/selections` takes it. */
export type SelectionRequest = { ids: string[] } | { filter: MemberFilter; except: string[] }

/** Members that somebody has chosen: one by one, or all that match but a few. */
export class Selection {
  #ids = new Set<string>()
  /** Then `#ids` are those who were left out. */
  #isAll = false

  get isAll(): boolean {
    return this.#isAll
  }

  has(id: string): boolean {
    return this.#isAll !== this.#ids.has(id)
  }

  set(id: string, isChosen: boolean): void {
    this.#ids[isChosen === this.#isAll ? 'delete' : 'add'](id)
  }

  choose(isAll: boolean): void {
    this.#isAll = isAll
    this.#ids.clear()
  }

  /** How many of `total` are chosen. */
  count(total: number): number {
    return this.#isAll ? Math.max(0, total - this.#ids.size) : this.#ids.size
  }

  request(filter: MemberFilter): SelectionRequest {
    const ids = [...this.#ids]
    return this.#isAll ? { filter, except: ids } : { ids }
  }
}
