import type { ScreenWords } from '../i18n/labels.ts'
import { loadLocalization, type SupportedLocale } from '../i18n/locales.ts'
import type { Messages } from '../i18n/messages.ts'
import type { Phrasing } from '../i18n/phrasing.ts'

type WordFile<Words> = { createMessages: (phrasing: Phrasing) => Words }
type WordFiles = { [Name in keyof ScreenWords]: () => Promise<WordFile<ScreenWords[Name]>> }

const files: Record<SupportedLocale, WordFiles> = {
  en: {
    common: () => import('../i18n/common/en.ts'),
    person: () => import('../i18n/person/en.ts'),
    invite: () => import('../i18n/invite/en.ts'),
    bulk: () => import('../i18n/bulk/en.ts'),
    rolesAndPermissions: () => import('../i18n/roles/en.ts'),
    settings: () => import('../i18n/settings/en.ts'),
  },
  es: {
    common: () => import('../i18n/common/es.ts'),
    person: () => import('../i18n/person/es.ts'),
    invite: () => import('../i18n/invite/es.ts'),
    bulk: () => import('../i18n/bulk/es.ts'),
    rolesAndPermissions: () => import('../i18n/roles/es.ts'),
    settings: () => import('../i18n/settings/es.ts'),
  },
  'pt-BR': {
    common: () => import('../i18n/common/pt-br.ts'),
    person: () => import('../i18n/person/pt-br.ts'),
    invite: () => import('../i18n/invite/pt-br.ts'),
    bulk: () => import('../i18n/bulk/pt-br.ts'),
    rolesAndPermissions: () => import('../i18n/roles/pt-br.ts'),
    settings: () => import('../i18n/settings/pt-br.ts'),
  },
}

/** Every word that the widget can say in one language, as a host would replace them. */
export async function loadAllWords(locale: SupportedLocale): Promise<Messages & ScreenWords> {
  const { messages, phrasing } = await loadLocalization([locale])
  const screens = await Promise.all(
    Object.entries(files[locale]).map(async ([name, load]) => {
      const { createMessages } = await load()
      return [name, createMessages(phrasing)] as const
    }),
  )
  return { ...messages, ...(Object.fromEntries(screens) as unknown as ScreenWords) }
}
