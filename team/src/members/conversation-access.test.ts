import { describe, expect, it } from 'vitest'

import { findPreset } from '../workspaces/presets.ts'
import {
  type Conversation,
  type ConversationAnswer,
  type ConversationReader,
  mayAccessConversation,
} from './conversation-access.ts'

const me = 'me'
const another = 'another'

function ask(
  presetName: string,
  roleKey: string,
  conversation: Partial<Conversation>,
  change: Partial<ConversationReader> = {},
): ConversationAnswer {
  const preset = findPreset(presetName)
  const role = preset?.roles.find(({ key }) => key === roleKey)
  if (preset === undefined || role === undefined) throw new Error(`no ${presetName} ${roleKey}`)
  const reader: ConversationReader = {
    memberId: me,
    conversationAccess: role.conversationAccess,
    channels: ['wa'],
    departments: [{ id: 'd1', name: 'Ventas' }],
    seesAllByRole: role.permissions.includes('conversations:all'),
    ...change,
  }
  return mayAccessConversation(
    reader,
    { channel: 'wa', department: null, assignee: null, startedBy: null, ...conversation },
    preset.policies,
  )
}

type Case = [
  title: string,
  roleKey: string,
  conversation: Partial<Conversation>,
  because: ConversationAnswer['because'],
  change?: Partial<ConversationReader>,
]

const allowed: ReadonlySet<string> = new Set(['all', 'assigned', 'department', 'no-department'])

function check(preset: string, cases: readonly Case[]): void {
  it.each(cases)('%s', (_, roleKey, conversation, because, change) => {
    expect(ask(preset, roleKey, conversation, change)).toEqual({
      allowed: allowed.has(because),
      because,
    })
  })
}

describe('whaticket', () => {
  check('whaticket', [
    ['“vinculados a su departamento”', 'user', { department: 'Ventas' }, 'department'],
    ['the department by its id', 'user', { department: 'd1' }, 'department'],
    ['“o sin departamento”', 'user', {}, 'no-department'],
    ['“solo”: not those of others', 'user', { department: 'Soporte' }, 'other-department'],
    [
      '“así como a su propia bandeja de trabajo”, wherever it is from',
      'user',
      { department: 'Soporte', assignee: me, startedBy: another },
      'assigned',
    ],
    [
      '“No tienen acceso a los chats iniciados por otros usuarios”',
      'user',
      { department: 'Ventas', startedBy: another },
      'started-by-another',
    ],
    [
      'not even without a department',
      'user',
      { startedBy: another, assignee: another },
      'started-by-another',
    ],
    ['what they began themselves', 'user', { department: 'Ventas', startedBy: me }, 'department'],
    [
      '“Ver todas las conversaciones en la plataforma”',
      'administrator',
      { department: 'Soporte', startedBy: another, channel: 'ig' },
      'all',
    ],
  ])
})

describe('umnico', () => {
  check('umnico', [
    ['their own chats in their channels', 'operator', { assignee: me }, 'assigned'],
    ['nobody else’s', 'operator', { assignee: another }, 'own-only'],
    ['none that nobody has', 'operator', {}, 'own-only'],
    [
      'no other channel, even their own chat',
      'operator',
      { channel: 'ig', assignee: me },
      'other-channel',
    ],
    ['a host without channels', 'operator', { channel: null, assignee: me }, 'assigned'],
    [
      '“Supervisor”: “acceso a los chats de todos los usuarios”',
      'operator',
      { assignee: another, startedBy: another },
      'all',
      { conversationAccess: 'all' },
    ],
    [
      'a supervisor in the channels that they were given',
      'operator',
      { channel: 'ig', assignee: another },
      'other-channel',
      { conversationAccess: 'all' },
    ],
    ['the owner in every channel', 'owner', { channel: 'ig' }, 'all', { channels: [] }],
  ])
})

describe('respond', () => {
  check('respond', [
    [
      'an agent: their departments',
      'agent',
      { department: 'Ventas', startedBy: another },
      'department',
    ],
    ['an agent: no department', 'agent', { assignee: another }, 'no-department'],
    ['an agent: no other department', 'agent', { department: 'Soporte' }, 'other-department'],
    [
      'an agent: contacts assigned to them',
      'agent',
      { department: 'Soporte', assignee: me },
      'assigned',
    ],
    ['a manager: everything', 'manager', { department: 'Soporte', assignee: another }, 'all'],
  ])
})

describe('wati', () => {
  check('wati', [
    ['an agent: any channel', 'agent', { channel: 'ig' }, 'no-department', { channels: [] }],
    ['an agent: their departments', 'agent', { department: 'Ventas' }, 'department'],
    ['an agent: no other department', 'agent', { department: 'Soporte' }, 'other-department'],
    ['an administrator: everything', 'administrator', { department: 'Soporte' }, 'all'],
  ])
})

describe('custom', () => {
  check('custom', [
    ['a member: their departments', 'member', { department: 'Ventas' }, 'department'],
    ['a member: no other department', 'member', { department: 'Soporte' }, 'other-department'],
    ['an administrator: everything', 'administrator', { department: 'Soporte' }, 'all'],
  ])
})
