import axe from 'axe-core'
import { afterEach, expect, test, vi } from 'vitest'
import { page } from 'vitest/browser'

import { supportedLocales } from './i18n/locales.ts'
import { loadAllWords } from './testing/all-words.ts'
import { everyScreen, openScreen } from './testing/every-screen.ts'
import { InMemoryTeamApi } from './testing/in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from './testing/mount-widget.ts'
import { believablePeople } from './testing/people.ts'

let api: InMemoryTeamApi
let widget: MountedWidget

afterEach(async () => {
  widget.unmount()
  document.body.style.background = ''
  await page.viewport(1280, 900)
})

async function mount(options: Parameters<typeof mountWidget>[1]): Promise<void> {
  api = new InMemoryTeamApi(believablePeople(Date.now()))
  widget = await mountWidget(api, options)
  await vi.waitFor(() => expect(widget.rows().length).toBeGreaterThan(1))
}

/** Everything in light; in dark only what depends on colours. */
async function violationsInBothThemes(screen: string, element: HTMLElement): Promise<string[]> {
  const found: string[] = []
  for (const theme of ['light', 'dark'] as const) {
    widget.element.theme = theme
    document.body.style.background = theme === 'dark' ? '#000' : '#fff'
    await widget.element.updateComplete
    const { violations } = await axe.run(element, {
      resultTypes: ['violations'],
      ...(theme === 'dark' && { runOnly: ['color-contrast'] }),
    })
    for (const { id, nodes } of violations)
      found.push(`${screen} ${theme} ${id}: ${nodes[0]?.html}`)
  }
  return found
}

const sizes = supportedLocales.flatMap((locale) =>
  [320, 768, 1280].map((widthPx) => [locale, widthPx] as const),
)

test.each(sizes)(
  'axe finds nothing on any screen in either theme (%s, %i px)',
  async (locale, widthPx) => {
    await page.viewport(widthPx, 900)
    await mount({ locale, widthPx: widthPx - 16 })
    const found: string[] = []
    for (const screen of everyScreen) {
      const { element, goBack } = await openScreen(widget.element, screen)
      found.push(...(await violationsInBothThemes(screen, element)))
      await goBack()
    }
    expect(found).toEqual([])
  },
  240_000,
)

/** Every word of ours between brackets, so that whatever is not between them is no word of ours. */
function bracketed(words: object): object {
  return Object.fromEntries(
    Object.entries(words).map(([key, value]: [string, unknown]) => {
      if (typeof value === 'string') return [key, `⟦${value}⟧`]
      if (typeof value === 'function') {
        const say = value as (...values: unknown[]) => string
        return [key, (...values: unknown[]) => `⟦${say(...values)}⟧`]
      }
      return [key, bracketed(value as object)]
    }),
  )
}

/** Texts that people see or hear, through every shadow root. */
function* texts(node: Node): Generator<string> {
  if (node instanceof HTMLElement) {
    for (const name of ['aria-label', 'placeholder', 'title']) yield node.getAttribute(name) ?? ''
    if (node.matches('style, code, time, [hidden]')) return
  }
  if (node.nodeType === Node.TEXT_NODE) yield node.textContent ?? ''
  const root = node instanceof HTMLElement ? node.shadowRoot : null
  for (const child of [...node.childNodes, ...(root === null ? [] : [root])]) yield* texts(child)
}

/** What `Intl` says in English; it is translated by the browser. */
const ofIntl = new Set(
  'now yesterday last next ago in second minute hour day week month year and'.split(' '),
)

function isOfIntl(word: string): boolean {
  return ofIntl.has(word.replace(/s$/, '')) || !Number.isNaN(Date.parse(`${word} 1, 2026`))
}

/** Names of standards, what the history and the journal in memory tell, and what is typed into the forms. */
const shownInMemory =
  'OpenID Connect SAML CSV, Okta, Night shift, ana zoe ivo noe example com not an address Favourite colour'

/** Every text among the values of what the server said, as a whole. */
function* valuesOf(data: unknown): Generator<string> {
  if (typeof data === 'string') yield data
  else if (data instanceof Map) for (const value of data.values()) yield* valuesOf(value)
  else if (typeof data === 'object' && data !== null)
    for (const value of Object.values(data)) yield* valuesOf(value)
}

const wordsIn = (text: string): string[] => text.match(/\p{L}{3,}/gu) ?? []

test('no screen shows a word that isn’t translated', async () => {
  const labels = bracketed(await loadAllWords('en'))
  await mount({ locale: 'en', labels, widthPx: 1280 })
  const found: string[] = []
  for (const screen of everyScreen) {
    const { element, goBack } = await openScreen(widget.element, screen)
    const said = [api.workspace, api.team.members(), api.store, shownInMemory]
    const known = new Set([...valuesOf(said)].flatMap(wordsIn))
    for (const text of texts(screen === 'members' ? widget.element : element)) {
      let rest = text
      while (/⟦[^⟦⟧]*⟧/.test(rest)) rest = rest.replace(/⟦[^⟦⟧]*⟧/g, ' ')
      for (const word of wordsIn(rest)) {
        if (!known.has(word) && !isOfIntl(word))
          found.push(`${screen}: ${word} in “${text.trim()}”`)
      }
    }
    await goBack()
  }
  expect([...new Set(found)]).toEqual([])
}, 120_000)
