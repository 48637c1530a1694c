import { defineTeam } from './define.ts'

export type { GetToken, TokenAnswer, TokenReason } from './api/access-tokens.ts'
export type { MemberQuery } from './api/team-api.ts'
export { configureTeam, type TeamDefaults } from './configure.ts'
export type { TeamColumn } from './elements/team-member-list/columns.ts'
export { TeamWidget } from './elements/team-widget/team-widget.ts'
export {
  TeamAuthRequiredEvent,
  TeamErrorEvent,
  type TeamErrorCode,
  TeamNavigateEvent,
  TeamReadyEvent,
  TeamTokenRequestEvent,
} from './events.ts'
export type { ResolveAvatar } from './i18n/locales.ts'
export type { Labels } from './i18n/labels.ts'
export { mountTeam, type TeamMount, type TeamMountOptions } from './mount.ts'

defineTeam()
