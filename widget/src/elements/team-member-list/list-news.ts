import type { ReactiveControllerHost } from 'lit'

import type { MemberChange } from '../../controllers/members-controller.ts'
import type { Localization } from '../../i18n/locales.ts'
import type { ChangeNews } from '../team-change-notice/team-change-notice.ts'
import { changesInWords } from './changes-in-words.ts'

/** The list that news are of. */
export interface NewsHost extends ReactiveControllerHost {
  readonly session: unknown
  readonly text: Localization | undefined
  /** Whether the member's row is seen as a whole. */
  isSeen(id: string): boolean
}

/** What is said of changes to those who listen, and over the rows because it isn't seen in them. */
export class ListNews {
  #host: NewsHost
  /** For a polite live region. */
  said = ''
  /** For a notice over the rows. */
  unseen: ChangeNews | undefined

  constructor(host: NewsHost) {
    this.#host = host
  }

  /** To those who listen; what was shown before is no news any more. */
  say(words: string): void {
    this.said = words
    this.forget()
  }

  forget(): void {
    this.unseen = undefined
    this.#host.requestUpdate()
  }

  async tell(changes: readonly MemberChange[]): Promise<void> {
    const { session } = this.#host
    this.#host.requestUpdate()
    // Only then it is known which rows are in view.
    await this.#host.updateComplete
    const { text } = this.#host
    if (text === undefined || this.#host.session !== session) return
    const words = changesInWords(changes, text.messages)
    this.say(words)
    const unseen = changes.filter(({ id }) => !this.#host.isSeen(id))
    if (unseen.length === 0) return
    try {
      await import('../../screens/extras.ts')
      if (this.said !== words) return
      this.unseen = { text: words, subject: unseen.find(({ kind }) => kind !== 'removed') }
      this.#host.requestUpdate()
    } catch {
      // It has been said and the rows are right: nothing that needs an error message is lost.
    }
  }
}
