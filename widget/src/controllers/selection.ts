import type { ReactiveControllerHost } from 'lit'

import type { MemberFilter } from '../contract/index.ts'
import { TeamSelectionChangeEvent } from '../events.ts'

/** Who is chosen, as `POST /team/v1/selections` takes it. */
export type SelectionRequest = { ids: string[] } | { filter: MemberFilter; except: string[] }

/** The list that members are chosen in. */
export interface SelectionHost extends ReactiveControllerHost, HTMLElement {
  /** Whom the rows answer to. */
  readonly filter: MemberFilter
  /** How many they are. */
  readonly total: number
  /** Somebody is chosen: what is shown of it is wanted. */
  onChosen(): void
}

/** Members that somebody has chosen: one by one, or all that match but a few. */
export class Selection {
  #host: SelectionHost
  #ids = new Set<string>()
  /** The filter that they were found by. */
  #filter = ''
  /** Then `#ids` are those who were left out. */
  isAll = false

  constructor(host: SelectionHost) {
    this.#host = host
  }

  get count(): number {
    const { size } = this.#ids
    return this.isAll ? Math.max(0, this.#host.total - size) : size
  }

  get request(): SelectionRequest {
    const ids = [...this.#ids]
    return this.isAll ? { filter: this.#host.filter, except: ids } : { ids }
  }

  has(id: string): boolean {
    return this.isAll !== this.#ids.has(id)
  }

  /** Chooses one, or takes them out again; left out, the other of both. */
  pick(id: string, isChosen: boolean = !this.has(id)): void {
    this.#ids[isChosen === this.isAll ? 'delete' : 'add'](id)
    this.#tell()
  }

  /** Chooses everybody who matches, or nobody. */
  choose(isAll: boolean): void {
    this.isAll = isAll
    this.#ids.clear()
    this.#tell()
  }

  /** After the rows answer to something else, those who were chosen before are no more; in another order they are the same. */
  follow(): void {
    const filter = JSON.stringify(this.#host.filter)
    if (this.#filter !== filter && (this.isAll || this.#ids.size > 0)) this.choose(false)
    this.#filter = filter
  }

  #tell(): void {
    this.#host.requestUpdate()
    const { count } = this
    const event = new TeamSelectionChangeEvent(count)
    this.#host.dispatchEvent(event)
    if (count > 0) this.#host.onChosen()
  }
}
