import { relabel, type ScreenWords } from './labels.ts'
import type { Localization, SupportedLocale } from './locales.ts'
import type { Phrasing } from './phrasing.ts'

/** Makes the words of some screens. */
type WordFile = { [Name in keyof ScreenWords]?: (phrasing: Phrasing) => ScreenWords[Name] }

/** What is wanted together comes together. */
const fileOf = {
  common: 0,
  bulk: 0,
  rolesAndPermissions: 0,
  person: 1,
  invite: 1,
  settings: 2,
  activity: 2,
  account: 2,
  directory: 2,
} as const satisfies Record<keyof ScreenWords, number>

type Fetch = () => Promise<WordFile>

const files: Record<SupportedLocale, readonly [Fetch, Fetch, Fetch]> = {
  en: [
    () => import('./files/en-common.ts'),
    () => import('./files/en-people.ts'),
    () => import('./files/en-workspace.ts'),
  ],
  es: [
    () => import('./files/es-common.ts'),
    () => import('./files/es-people.ts'),
    () => import('./files/es-workspace.ts'),
  ],
  'pt-BR': [
    () => import('./files/pt-br-common.ts'),
    () => import('./files/pt-br-people.ts'),
    () => import('./files/pt-br-workspace.ts'),
  ],
}

/** The names of everything that `loadWords` knows. */
export const wordNames = Object.keys(fileOf) as (keyof ScreenWords)[]

/** The words of one screen in the reader's language, with the host's own over them. */
export async function loadWords<Name extends keyof ScreenWords>(
  name: Name,
  { locale, phrasing, labels }: Localization,
): Promise<ScreenWords[Name]> {
  const { [name]: createMessages } = (await files[locale][fileOf[name]]()) as Required<WordFile>
  return relabel(createMessages(phrasing) as ScreenWords[Name], labels[name] ?? {})
}
