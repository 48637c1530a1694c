import { type Html, html } from '../pages/html.ts'
import { type Language, languageNames, languages } from '../pages/language.ts'
import { layout } from '../pages/layout.ts'

/** What the page has one widget of each of; `gallery.js` knows how to bring it about. */
export const galleryStates = {
  ready: 'Members of every kind',
  cards: 'Narrow: 320 pixels, rows as cards',
  loading: 'Nothing has come yet',
  empty: 'Nobody yet',
  'seats-full': 'All seats taken',
  odd: 'Right to left, very long, many departments, a picture that fails',
  long: 'A hundred thousand',
  readonly: 'Read-only for the host’s reasons',
  viewer: 'Somebody who may only look',
  error: 'The server failed',
  forbidden: 'Not for this person',
  'rate-limited': 'Too many requests',
  'signed-out': 'The token is refused',
  offline: 'The line broke after the first page',
  outdated: 'The API is newer than the widget',
} as const

const choices = {
  theme: ['auto', 'light', 'dark'],
  density: ['comfortable', 'compact'],
} as const

/** Every element in every state, and by choice every screen over the first; theme, language and density are chosen above, and stay in the address. */
export function galleryPage(
  language: Language,
  { widgetUrl, teamPath }: { widgetUrl: string; teamPath: string },
): Html {
  return layout({
    language,
    title: 'Plantel · Gallery',
    look: 'gallery',
    script: 'gallery.js',
    body: html`
      <header id="gallery" data-widget="${widgetUrl}" data-team="${teamPath}">
        <h1>Gallery</h1>
        <form>
          ${select('lang', languages, (each) => languageNames[each as Language])}
          ${Object.entries(choices).map(([name, values]) => select(name, values, (each) => each))}
          <label
            >screen
            <select name="screen">
              <option value="">–</option>
            </select>
          </label>
        </form>
      </header>
      <main>
        ${Object.entries(galleryStates).map(
          ([state, title]) =>
            html`<section id="${state}">
              <h2>${title}</h2>
              <div class="place" data-state="${state}"></div>
            </section>`,
        )}
      </main>
    `,
  })
}

function select(name: string, values: readonly string[], title: (value: string) => string): Html {
  return html`<label
    >${name}
    <select name="${name}">
      ${values.map((value) => html`<option value="${value}">${title(value)}</option>`)}
    </select>
  </label>`
}
