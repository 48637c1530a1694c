import { type Html, html } from './html.ts'

type IconName = 'inbox' | 'team' | 'building' | 'mail' | 'plus' | 'arrow' | 'send' | 'key' | 'back'

/** A line icon in the text's colour; decoration, so the words beside it must say it all. */
export function icon(name: IconName): Html {
  return html`<svg class="icon" aria-hidden="true">
    <use href="/assets/icons.svg#${name}"></use>
  </svg>`
}
