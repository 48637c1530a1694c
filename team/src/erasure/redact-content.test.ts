import { expect, it } from 'vitest'

import { redactContent } from './redact-content.ts'

const id = '01890000-0000-7000-8000-000000000001'

it('keeps ids, states and access, and nothing else of a person', () => {
  const access = {
    state: 'active',
    role: { key: 'agent', name: 'Agent' },
    departments: ['Sales'],
    channels: ['wa'],
    conversationAccess: 'own',
  }
  const content = {
    member: { id, displayName: 'Ana', email: 'ana@acme.example', hostUserId: id, ...access },
    before: { ...access, state: 'invited' },
  }
  expect(redactContent(content)).toEqual({
    member: { id, displayName: null, email: null, hostUserId: null, ...access },
    before: { ...access, state: 'invited' },
  })
})

it('forgets what it has never heard of, whatever it is', () => {
  const content = { phone: 5215512345678, tags: ['ana', { note: 'tall' }], breakGlass: true }
  expect(redactContent(content)).toEqual({
    phone: null,
    tags: [null, { note: null }],
    breakGlass: true,
  })
})

it('does not take a name under an id for an id', () => {
  expect(redactContent({ id: 'ana@acme.example', memberId: id })).toEqual({
    id: null,
    memberId: id,
  })
})
