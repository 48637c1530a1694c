import type { ConversationAccess } from '@plantel/db'

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

/** How an inbox product's team works, as data: what a workspace starts with and may change afterwards. */
export interface Preset {
  /** Highest first; the first is the owner. */
  roles: readonly PresetRole[]
}

const everything: readonly Permission[] = [
  'conversations:all',
  'conversations:assign',
  'conversations:delete',
  'contacts:add',
  'contacts:edit',
  'contacts:delete',
  'contacts:export',
  'labels:manage',
  'quick-replies:manage',
  'connections:restart',
  'campaigns:send',
  'templates:manage',
  'chatbot:manage',
  'reports:view',
  'departments:manage',
  'members:manage',
  'passwords:set',
  'roles:manage',
  'directory:manage',
  'billing:manage',
  'settings:manage',
  'account-data:delete',
]

const respond: Preset = {
  roles: [
    {
      key: 'owner',
      name: { en: 'Owner', es: 'Propietario', 'pt-BR': 'Proprietário' },
      permissions: everything,
      grantable: ['owner', 'manager', 'agent'],
      conversationAccess: 'all',
    },
    {
      key: 'manager',
      name: { en: 'Manager', es: 'Gerente', 'pt-BR': 'Gerente' },
      permissions: everything.filter(
        (permission) =>
          permission !== 'billing:manage' &&
          permission !== 'account-data:delete' &&
          permission !== 'passwords:set',
      ),
      // Managers add agents only.
      grantable: ['agent'],
      conversationAccess: 'all',
    },
    {
      key: 'agent',
      name: { en: 'Agent', es: 'Agente', 'pt-BR': 'Agente' },
      permissions: ['conversations:departments', 'contacts:add', 'contacts:edit', 'labels:manage'],
      grantable: [],
      conversationAccess: 'departments',
    },
  ],
}

const whaticket: Preset = {
  roles: [
    {
      key: 'owner',
      name: { en: 'Owner', es: 'Propietario', 'pt-BR': 'Proprietário' },
      permissions: everything,
      grantable: ['owner', 'administrator', 'user'],
      conversationAccess: 'all',
    },
    {
      key: 'administrator',
      name: { en: 'Administrator', es: 'Administrador', 'pt-BR': 'Administrador' },
      permissions: everything.filter((permission) => permission !== 'billing:manage'),
      grantable: ['administrator', 'user'],
      conversationAccess: 'all',
    },
    {
      key: 'user',
      name: { en: 'User', es: 'Usuario', 'pt-BR': 'Usuário' },
      permissions: [
        'conversations:departments',
        'contacts:add',
        'labels:manage',
        'quick-replies:manage',
        'connections:restart',
      ],
      grantable: [],
      conversationAccess: 'departments',
    },
  ],
}

const presets: ReadonlyMap<string, Preset> = new Map([
  ['respond', respond],
  ['whaticket', whaticket],
])

export const presetNames: readonly string[] = [...presets.keys()]

export function findPreset(name: string): Preset | undefined {
  return presets.get(name)
}
