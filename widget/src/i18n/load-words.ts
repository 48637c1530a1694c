import { relabel, type ScreenWords } from './labels.ts'
import type { Localization, SupportedLocale } from './locales.ts'
import type { Phrasing } from './phrasing.ts'

/** Makes the words of some screens. */
type WordFile = { [Name in keyof ScreenWords]?: (phrasing: Phrasing) => ScreenWords[Name] }

/** What is wanted together comes together. */
const fileOf = {
  common: 0,
  bulk: 0,
  filters: 0,
  rolesAndPermissions: 0,
  invite: 0,
  person: 1,
  settings: 1,
  activity: 1,
  account: 1,
  directory: 1,
} as const satisfies Record<keyof ScreenWords, number>

type Fetch = () => Promise<WordFile>

const files: Record<SupportedLocale, readonly [Fetch, Fetch]> = {
  en: [() => import('./files/en-first.ts'), () => import('./files/en-more.ts')],
  es: [() => import('./files/es-first.ts'), () => import('./files/es-more.ts')],
  'pt-BR': [() => import('./files/pt-br-first.ts'), () => import('./files/pt-br-more.ts')],
}

/** The names of everything that `loadWords` knows. */
export const wordNames = (): (keyof ScreenWords)[] => Object.keys(fileOf) as (keyof ScreenWords)[]

/** The words of one screen in the reader's language, with the host's own over them. */
export async function loadWords<Name extends keyof ScreenWords>(
  name: Name,
  { locale, phrasing, labels }: Localization,
): Promise<ScreenWords[Name]> {
  const { [name]: createMessages } = (await files[locale][fileOf[name]]()) as Required<WordFile>
  return relabel(createMessages(phrasing) as ScreenWords[Name], labels[name] ?? {})
}
