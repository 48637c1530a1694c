import { expect, it } from 'vitest'

import { roleReference } from './role-reference.ts'

it.each([
  ['agent', 'Agente', true],
  ['agent', 'Agent', true],
  ['owner', 'Proprietário', true],
  ['agent', 'Asesor', false],
  ['coach', 'Agent', false],
])('the role %s with the name %s is built in: %s', (key, name, builtIn) => {
  expect(roleReference({ id: 'r', key, name })).toEqual({ id: 'r', key, name, builtIn })
})
