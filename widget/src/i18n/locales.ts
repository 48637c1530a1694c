import type { MemberRow } from '../contract/index.ts'
import type { Labels } from './labels.ts'
import type { CreateMessages, Messages } from './messages.ts'
import { createPhrasing, type Phrasing } from './phrasing.ts'

/** The languages the widget speaks, as BCP 47 tags. */
export const supportedLocales = ['en', 'es', 'pt-BR'] as const

/** One of the languages the widget speaks. */
export type SupportedLocale = (typeof supportedLocales)[number]

/** Everything a template needs to speak to a reader. */
export interface Localization {
  /** The reader's own tag, e.g. `es-MX`: for `lang`, numbers and dates. */
  tag: string
  /** Whose words they are. */
  locale: SupportedLocale
  messages: Messages
  /** The host's words; `messages` has them already. */
  labels: Labels
  phrasing: Phrasing
  /** How the host shows people. */
  resolveAvatar?: ResolveAvatar | null
}

/** The address of somebody's picture, or null for none. */
export type ResolveAvatar = (
  member: Pick<MemberRow, 'id' | 'displayName' | 'email' | 'avatarUrl'>,
) => string | null

const loaders: Record<SupportedLocale, () => Promise<{ createMessages: CreateMessages }>> = {
  en: () => import('./en.ts'),
  es: () => import('./es.ts'),
  'pt-BR': () => import('./pt-br.ts'),
}

/** The first wish that can be met, with the reader's region kept; English when none can. */
export function matchLocale(wishes: readonly string[]): { locale: SupportedLocale; tag: string } {
  for (const wish of wishes) {
    const tag = canonicalTag(wish)
    const locale = supportedLocales.find((known) => languageOf(known) === languageOf(tag))
    if (locale !== undefined) return { locale, tag: tag === 'pt' ? 'pt-BR' : tag }
  }
  return { locale: 'en', tag: 'en' }
}

/** Loads the words of the best language for these wishes; rejects when not even English can be fetched. */
export async function loadLocalization(wishes: readonly string[]): Promise<Localization> {
  const { locale, tag } = matchLocale(wishes)
  try {
    return await localize(locale, tag)
  } catch (cause) {
    console.warn(`team-widget: ${tag} could not be loaded`, cause)
    return localize('en', 'en')
  }
}

async function localize(locale: SupportedLocale, tag: string): Promise<Localization> {
  const { createMessages } = await loaders[locale]()
  const phrasing = createPhrasing(tag)
  return { tag, locale, phrasing, messages: createMessages(phrasing), labels: {} }
}

function languageOf(tag: string): string | undefined {
  return tag.split('-')[0]
}

/** Hosts write `pt_BR` or `es` or nonsense; `Intl` throws on the last. */
function canonicalTag(wish: string): string {
  try {
    return Intl.getCanonicalLocales(wish.replaceAll('_', '-'))[0] ?? ''
  } catch {
    return ''
  }
}
