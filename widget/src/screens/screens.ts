import type { BulkMessages } from '../i18n/bulk/bulk-messages.ts'
import type { InviteMessages } from '../i18n/invite/invite-messages.ts'
import { loadWords, type WordFiles } from '../i18n/load-words.ts'
import type { Localization } from '../i18n/locales.ts'
import type { TeamView } from '../i18n/messages.ts'
import type { PersonMessages } from '../i18n/person/person-messages.ts'
import type { RoleMessages } from '../i18n/roles/role-messages.ts'
import type { SettingsMessages } from '../i18n/settings/settings-messages.ts'
import type { ScreenRequest } from './screen-request.ts'
import type { TeamScreen } from './team-screen.ts'

/** A screen that is not here yet: how it and its words are fetched. */
export interface ScreenEntry {
  create(request: ScreenRequest | undefined): Promise<TeamScreen>
  words(text: Localization): Promise<object>
}

const roleWords: WordFiles<RoleMessages> = {
  en: () => import('../i18n/roles/en.ts'),
  es: () => import('../i18n/roles/es.ts'),
  'pt-BR': () => import('../i18n/roles/pt-br.ts'),
}
const personWords: WordFiles<PersonMessages> = {
  en: () => import('../i18n/person/en.ts'),
  es: () => import('../i18n/person/es.ts'),
  'pt-BR': () => import('../i18n/person/pt-br.ts'),
}
const inviteWords: WordFiles<InviteMessages> = {
  en: () => import('../i18n/invite/en.ts'),
  es: () => import('../i18n/invite/es.ts'),
  'pt-BR': () => import('../i18n/invite/pt-br.ts'),
}
const settingsWords: WordFiles<SettingsMessages> = {
  en: () => import('../i18n/settings/en.ts'),
  es: () => import('../i18n/settings/es.ts'),
  'pt-BR': () => import('../i18n/settings/pt-br.ts'),
}

export const bulkWords: WordFiles<BulkMessages> = {
  en: () => import('../i18n/bulk/en.ts'),
  es: () => import('../i18n/bulk/es.ts'),
  'pt-BR': () => import('../i18n/bulk/pt-br.ts'),
}

/** A screen that speaks of roles has their words too. */
async function withRoles<Words extends object>(
  words: Promise<Words>,
  text: Localization,
): Promise<Words & { roles: RoleMessages }> {
  const [own, roles] = await Promise.all([words, loadWords(roleWords, 'rolesAndPermissions', text)])
  return { ...own, roles }
}

/** Everything that opens over a view. */
export const screens: Record<ScreenRequest['screen'], ScreenEntry> = {
  member: {
    async create(request) {
      const { createMemberPanel } = await import('../elements/team-member-panel/define.ts')
      return createMemberPanel(request)
    },
    words: (text) => withRoles(loadWords(personWords, 'person', text), text),
  },
  menu: {
    async create(request) {
      const { createMemberMenu } = await import('../elements/team-member-menu/define.ts')
      return createMemberMenu(request)
    },
    words: (text) => loadWords(personWords, 'person', text),
  },
  revoke: {
    async create(request) {
      const { createRevoke } = await import('../elements/team-revoke/define.ts')
      return createRevoke(request)
    },
    words: (text) => loadWords(personWords, 'person', text),
  },
  invite: {
    async create(request) {
      const { createInvite } = await import('../elements/team-invite/define.ts')
      return createInvite(request)
    },
    words: (text) => withRoles(loadWords(inviteWords, 'invite', text), text),
  },
  import: {
    async create() {
      const { createImport } = await import('../elements/team-import/define.ts')
      return createImport()
    },
    words: (text) => loadWords(inviteWords, 'invite', text),
  },
  bulk: {
    async create(request) {
      const { createBulk } = await import('../elements/team-bulk/define.ts')
      return createBulk(request)
    },
    words: (text) => withRoles(loadWords(bulkWords, 'bulk', text), text),
  },
}

/** Everything that stands in the place of the list. */
export const views: Record<Exclude<TeamView, 'members'>, ScreenEntry> = {
  departments: {
    async create() {
      const { createDepartments } = await import('../elements/team-departments/define.ts')
      return createDepartments()
    },
    words: (text) => loadWords(settingsWords, 'settings', text),
  },
  roles: {
    async create() {
      const { createRoles } = await import('../elements/team-roles/define.ts')
      return createRoles()
    },
    words: (text) => withRoles(loadWords(settingsWords, 'settings', text), text),
  },
}
