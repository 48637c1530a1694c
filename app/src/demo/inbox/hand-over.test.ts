import { expect, it } from 'vitest'

import type { Conversation } from './conversation.ts'
import { createHandoverDesk, type HandoverRequest, parseHandoverRequest } from './hand-over.ts'

const chat = (id: string, department: string | null, assignee: string | null): Conversation => ({
  id,
  customer: 'La Espiga',
  handle: '+52',
  channel: 'whatsapp-ventas',
  department,
  assignee,
  unread: 0,
  messages: [],
})

const request: HandoverRequest = {
  workspace: { id: 'w', slug: 'acme' },
  handover: {
    id: 'h1',
    member: { email: 'ana@acme.example' },
    parts: [
      { department: { name: 'Ventas' }, to: { kind: 'member', member: { id: 'lead' } } },
      {
        department: { name: 'Soporte' },
        to: { kind: 'department', department: { name: 'Soporte' } },
      },
      { department: null, to: { kind: 'unassigned' } },
    ],
  },
}

it('moves each conversation by its department, leaves those of others, and says how many', async () => {
  const conversations = [
    chat('1', 'Ventas', 'ana@acme.example'),
    chat('2', 'Soporte', 'ana@acme.example'),
    chat('3', null, 'ana@acme.example'),
    chat('4', 'Ventas', 'bob@acme.example'),
    chat('5', 'Ventas', null),
  ]
  const told: unknown[] = []
  const desk = createHandoverDesk({
    conversationsOf: () => conversations,
    findEmail: (_, id) => Promise.resolve(`${id}@acme.example`),
    complete: (id, moved) => {
      told.push([id, moved])
      return Promise.resolve()
    },
  })
  await desk.handle(request)
  expect(conversations.map(({ assignee }) => assignee)).toEqual([
    'lead@acme.example',
    null,
    null,
    'bob@acme.example',
    null,
  ])
  expect(told).toEqual([['h1', 3]])
  await desk.handle(request)
  expect(told.at(-1)).toEqual(['h1', 0])
})

it('says what it has moved when it is asked again, after Plantel could not be told', async () => {
  const conversations = [chat('1', null, 'ana@acme.example')]
  const told: number[] = []
  let isDown = true
  const desk = createHandoverDesk({
    conversationsOf: () => conversations,
    findEmail: () => Promise.resolve(null),
    complete: (_, moved) => {
      if (isDown) return Promise.reject(new Error('down'))
      told.push(moved)
      return Promise.resolve()
    },
  })
  await expect(desk.handle(request)).rejects.toThrow('down')
  isDown = false
  await desk.handle(request)
  expect(told).toEqual([1])
})

it('takes other events for none', () => {
  expect(parseHandoverRequest({ type: 'handover.completed', data: request })).toBeUndefined()
  expect(parseHandoverRequest({ type: 'handover.requested', data: request })).toEqual(request)
})
