import { type Locale, locales } from '@plantel/team'

import { en } from './messages/en.ts'
import { es } from './messages/es.ts'
import type { Messages } from './messages/messages.ts'
import { ptBr } from './messages/pt-br.ts'

export const messagesOf: Readonly<Record<Locale, Messages>> = { en, es, 'pt-BR': ptBr }

/**
 * The language to answer in: the first of the browser's languages that we speak (RFC 9110 §12.5.4),
 * else the workspace's, else English.
 */
export function preferredLocale(acceptLanguage: string | undefined, fallback?: string): Locale {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((item) => {
      const [tag = '', ...parameters] = item.split(';').map((part) => part.trim())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      return { tag, weight: weight === undefined ? 1 : Number(weight.slice(2)) }
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((first, second) => second.weight - first.weight)
  for (const { tag } of [...wanted, { tag: fallback ?? 'en' }]) {
    const found = spokenLocale(tag)
    if (found !== undefined) return found
  }
  return 'en'
}

/** Any Spanish gets our Spanish, any Portuguese our Portuguese. */
function spokenLocale(tag: string): Locale | undefined {
  const language = tag.toLowerCase().split('-')[0]
  return locales.find((locale) => locale.split('-')[0] === language)
}
