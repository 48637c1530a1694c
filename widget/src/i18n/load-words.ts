import { relabel, type ScreenWords } from './labels.ts'
import type { Localization, SupportedLocale } from './locales.ts'
import type { Phrasing } from './phrasing.ts'

/** A screen's words in every language, each in a file of its own. */
export type WordFiles<Words> = Record<
  SupportedLocale,
  () => Promise<{ createMessages: (phrasing: Phrasing) => Words }>
>

/** The words of one screen in the reader's language, with the host's own over them. */
export async function loadWords<Words extends object>(
  files: WordFiles<Words>,
  name: keyof ScreenWords,
  { locale, phrasing, labels }: Localization,
): Promise<Words> {
  const { createMessages } = await files[locale]()
  return relabel(createMessages(phrasing), labels[name] ?? {})
}
