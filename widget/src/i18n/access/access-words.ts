import { relabel } from '../labels.ts'
import type { Localization, SupportedLocale } from '../locales.ts'
import type { AccessMessages } from './access-messages.ts'
import { accessMessages as english } from './en.ts'
import { accessMessages as spanish } from './es.ts'
import { accessMessages as brazilian } from './pt-br.ts'

/** All at once: together they are smaller than what a second request costs. */
const translations: Record<SupportedLocale, AccessMessages> = {
  en: english,
  es: spanish,
  'pt-BR': brazilian,
}

/** The words of the dialog in the language of the list, or the host's own. */
export function accessWords({ locale, labels }: Localization): AccessMessages {
  return relabel(translations[locale], labels)
}
