import type { Locale } from '@plantel/team'

const byPrimary: Readonly<Record<string, Locale>> = { en: 'en', es: 'es', pt: 'pt-BR' }

/** The nearest of our languages to a BCP 47 tag. */
export function nearestLanguage(wanted: string): Locale {
  const primary = wanted.toLowerCase().split('-', 1)[0] ?? ''
  return byPrimary[primary] ?? 'en'
}
