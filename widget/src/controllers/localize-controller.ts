import type { ReactiveController, ReactiveControllerHost } from 'lit'

import { type Labels, relabel } from '../i18n/labels.ts'
import { loadLocalization, type Localization } from '../i18n/locales.ts'

/** Nothing can be said without words: they are asked for until they come. */
const TRY_AGAIN_MS = 3000

/** An element whose language can be chosen and whose words can be replaced. */
export interface LocalizedHost extends ReactiveControllerHost, HTMLElement {
  locale: string | null
  labels: Labels
}

/** Speaks the host's `locale`, else the nearest `lang`, else the browser's language. */
export class LocalizeController implements ReactiveController {
  #host: LocalizedHost
  #loaded: Localization | undefined
  #wishes = ''
  #labels: Labels | undefined
  #pageLanguage = new MutationObserver(() => this.#host.requestUpdate())
  /** Undefined while the first language is on its way. */
  value: Localization | undefined

  constructor(host: LocalizedHost) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    this.#pageLanguage.observe(document.documentElement, { attributeFilter: ['lang'] })
  }

  hostDisconnected(): void {
    this.#pageLanguage.disconnect()
  }

  hostUpdate(): void {
    const wishes = [this.#host.locale, nearestLanguage(this.#host), ...navigator.languages].filter(
      (wish): wish is string => wish !== null && wish !== '',
    )
    if (wishes.join() !== this.#wishes) {
      this.#wishes = wishes.join()
      void this.#load(wishes)
    }
    if (this.#labels !== this.#host.labels) this.#apply()
  }

  async #load(wishes: readonly string[]): Promise<void> {
    const asked = this.#wishes
    const loaded = await loadLocalization(wishes).catch(() => undefined)
    if (loaded === undefined) {
      setTimeout(() => {
        this.#wishes = ''
        this.#host.requestUpdate()
      }, TRY_AGAIN_MS)
      return
    }
    if (asked !== this.#wishes) return
    this.#loaded = loaded
    this.#apply()
    this.#host.requestUpdate()
  }

  #apply(): void {
    const { labels } = this.#host
    this.#labels = labels
    this.value = this.#loaded && {
      ...this.#loaded,
      labels,
      messages: relabel(this.#loaded.messages, labels),
    }
  }
}

/** The `lang` that applies to an element, looked for through shadow roots up to the page. */
function nearestLanguage(element: Element): string | null {
  const holder = element.closest('[lang]')
  if (holder !== null) return holder.getAttribute('lang')
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? nearestLanguage(root.host) : null
}
