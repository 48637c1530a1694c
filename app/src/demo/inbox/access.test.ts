import { describe, expect, it } from 'vitest'

import { type Access, maySee } from './access.ts'
import type { Conversation } from './conversation.ts'

const chat = (fields: Partial<Conversation>): Conversation => ({
  id: '1',
  customer: 'La Espiga',
  handle: '+52',
  channel: 'whatsapp-ventas',
  department: 'Ventas',
  assignee: null,
  unread: 0,
  messages: [],
  ...fields,
})
const agent: Access = {
  roleName: 'Agente',
  departments: ['Ventas'],
  channels: ['whatsapp-ventas'],
  conversations: 'departments',
}
const me = 'mateo@acme.example'

describe('maySee', () => {
  it.each([
    ['a chat of their department', chat({}), true],
    ['a chat of no department', chat({ department: null }), true],
    ['a chat of another department', chat({ department: 'Soporte' }), false],
    ['their own chat of another department', chat({ department: 'Soporte', assignee: me }), true],
    ['a chat of a channel they lack', chat({ channel: 'instagram', assignee: me }), false],
  ])('an agent of departments: %s', (_, conversation, seen) => {
    expect(maySee(conversation, agent, me)).toBe(seen)
  })

  it('shows only their own to those with access to their own', () => {
    const own: Access = { ...agent, conversations: 'own' }
    expect(maySee(chat({}), own, me)).toBe(false)
    expect(maySee(chat({ assignee: me }), own, me)).toBe(true)
  })

  it('shows everything to a supervisor', () => {
    const all: Access = { ...agent, channels: [], conversations: 'all' }
    expect(maySee(chat({ department: 'Soporte' }), all, me)).toBe(true)
  })

  it('does not take a chat of nobody for the chat of somebody without email', () => {
    const own: Access = { ...agent, conversations: 'own' }
    expect(maySee(chat({ assignee: null }), own, undefined)).toBe(false)
  })
})
