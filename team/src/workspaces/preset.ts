import type { ConversationAccess, WorkspacePolicies } from '@plantel/db'

import type { Permission } from '../permissions/catalogue.ts'

/** Languages Plantel speaks natively. */
export type Locale = 'en' | 'es' | 'pt-BR'

export const locales: readonly Locale[] = ['en', 'es', 'pt-BR']

export interface PresetRole {
  key: string
  name: Record<Locale, string>
  permissions: readonly Permission[]
  /** Keys of the roles that a holder may give to others. */
  grantable: readonly string[]
  conversationAccess: ConversationAccess
}

/** What an inbox's own team screen says, where its words are not everybody's. */
export interface TeamLabels {
  /** The screen's name in the menu. */
  title: string
  addMember: string
  /** The button that ends the form. */
  submit: string
  /** What a role is called there. */
  role: string
  /** The button in the mail that invites. */
  accept: string
}

/** How an inbox product's team works, as data: what a workspace starts with and may change afterwards. */
export interface Preset {
  /** Highest first; the first is the owner. */
  roles: readonly PresetRole[]
  policies: Pick<
    WorkspacePolicies,
    'hideOthersChats' | 'channelAccess' | 'profiles' | 'passwords' | 'inviteFields'
  >
  labels: Record<Locale, TeamLabels>
}
