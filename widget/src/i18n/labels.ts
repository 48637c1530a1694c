import type { AccountMessages } from './account/account-messages.ts'
import type { ActivityMessages } from './activity/activity-messages.ts'
import type { BulkMessages } from './bulk/bulk-messages.ts'
import type { CommonMessages } from './common/common-messages.ts'
import type { DirectoryMessages } from './directory/directory-messages.ts'
import type { FilterMessages } from './filters/filter-messages.ts'
import type { InviteMessages } from './invite/invite-messages.ts'
import type { Messages } from './messages.ts'
import type { PersonMessages } from './person/person-messages.ts'
import type { RoleMessages } from './roles/role-messages.ts'
import type { SettingsMessages } from './settings/settings-messages.ts'

/** Some words of many; of a group of words, too, only some may be given. */
type Some<Words> = Words extends string | ((...values: never[]) => string)
  ? Words
  : { [Key in keyof Words]?: Some<Words[Key]> }

/** The words of the screens that come later, by name. */
export interface ScreenWords {
  common: CommonMessages
  person: PersonMessages
  invite: InviteMessages
  bulk: BulkMessages
  filters: FilterMessages
  rolesAndPermissions: RoleMessages
  settings: SettingsMessages
  activity: ActivityMessages
  account: AccountMessages
  directory: DirectoryMessages
}

/** The words of the list, and those of every screen. */
interface AllWords extends Messages, ScreenWords {}

/** A host's own words in place of ours. */
export type Labels = Some<AllWords>

/** Puts a host's words over ours. */
export function relabel<Words extends object>(words: Words, labels: object): Words {
  const own = Object.entries(labels).map(([key, label]: [string, unknown]) => [
    key,
    typeof label === 'object' && label !== null
      ? relabel((words as Record<string, object>)[key] ?? {}, label)
      : label,
  ])
  return { ...words, ...Object.fromEntries(own) }
}
