import type { ElementClass } from '../elements/define-elements.ts'
import type { ScreenWords } from '../i18n/labels.ts'
import type { TeamView } from '../i18n/messages.ts'
import type { ScreenRequest } from './screen-request.ts'
import type { TeamScreen } from './team-screen.ts'

/** Everything that opens over a view, and everything that stands in the place of the list. */
export type ScreenName = ScreenRequest['screen'] | Exclude<TeamView, 'members'>

type ScreenFile = Partial<Record<ScreenName, ElementClass<TeamScreen>>>

/** A screen that is not here yet: the file it is in, and which words it speaks. */
export type ScreenEntry = readonly [
  load: () => Promise<ScreenFile>,
  words: keyof ScreenWords,
  /** Under their name beside them. */
  more?: keyof ScreenWords,
]

const people = (): Promise<ScreenFile> => import('./people.ts')
const many = (): Promise<ScreenFile> => import('./many.ts')
const settings = (): Promise<ScreenFile> => import('./settings.ts')

export const screens: Record<ScreenName, ScreenEntry> = {
  member: [people, 'person'],
  menu: [people, 'person'],
  revoke: [people, 'person'],
  invite: [many, 'invite', 'person'],
  import: [many, 'invite'],
  bulk: [many, 'bulk'],
  departments: [settings, 'settings'],
  roles: [settings, 'settings'],
  directory: [settings, 'settings', 'directory'],
  activity: [settings, 'activity'],
  profile: [people, 'account', 'person'],
}
