import { LitElement } from 'lit'

import type { ElementClass } from '../elements/define-elements.ts'
import type { Desk } from './desk.ts'
import { property } from './reactive.ts'

/**
 * Something that is opened over the list or in its place.
 *
 * @fires close - it has done its work; the stage removes it
 */
export abstract class TeamScreen extends LitElement {
  /** The elements it is made of. */
  declare static readonly uses: readonly ElementClass[] | undefined
  static override properties: Record<string, object> = {
    desk: property,
    words: property,
  }

  desk!: Desk
  /** The words of this screen, which each declares for itself. */
  words!: object

  /** Aborts when the screen is gone. */
  protected readonly gone: AbortController = new AbortController()

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.gone.abort()
  }

  protected close(): void {
    this.dispatchEvent(new Event('close'))
  }
}
