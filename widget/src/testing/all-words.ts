import type { ScreenWords } from '../i18n/labels.ts'
import { loadWords, wordNames } from '../i18n/load-words.ts'
import { loadLocalization, type SupportedLocale } from '../i18n/locales.ts'
import type { Messages } from '../i18n/messages.ts'

/** Every word that the widget can say in one language, as a host would replace them. */
export async function loadAllWords(locale: SupportedLocale): Promise<Messages & ScreenWords> {
  const text = await loadLocalization([locale])
  const screens = await Promise.all(
    wordNames().map(async (name) => [name, await loadWords(name, text)] as const),
  )
  return { ...text.messages, ...(Object.fromEntries(screens) as unknown as ScreenWords) }
}
