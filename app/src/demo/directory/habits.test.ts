import { describe, expect, it } from 'vitest'

import { entraHabit } from './entra-habit.ts'
import { oktaHabit } from './okta-habit.ts'

const person = {
  id: '00u1',
  userName: `o'brien+x@acme.example`,
  givenName: 'Íñigo',
  familyName: 'O’Brien',
  title: 'Agente',
  locale: 'es-MX',
}
const patch = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']

describe('the Okta habit', () => {
  it('looks for the userName with paging before it creates', () => {
    const { method, path } = oktaHabit.findUser(person)
    const query = new URL(path, 'http://plantel').searchParams
    expect(method).toBe('GET')
    expect(query.get('filter')).toBe(`userName eq "o'brien+x@acme.example"`)
    expect([query.get('startIndex'), query.get('count')]).toEqual(['1', '100'])
  })

  it('creates with groups, a password and externalId', () => {
    expect(oktaHabit.createUser(person).body).toMatchObject({
      externalId: '00u1',
      active: true,
      groups: [],
      password: expect.any(String),
      emails: [{ primary: true, type: 'work', value: person.userName }],
    })
  })

  it('takes an existing user over with a PUT of the whole user', () => {
    const { method, path, body } = oktaHabit.updateUser('u1', person)
    expect([method, path]).toEqual(['PUT', '/Users/u1'])
    expect(body).toMatchObject({ id: 'u1', userName: person.userName, active: true })
  })

  it('deactivates by a PATCH without path', () => {
    expect(oktaHabit.setActive('u1', false)).toEqual({
      method: 'PATCH',
      path: '/Users/u1',
      body: { schemas: patch, Operations: [{ op: 'replace', value: { active: false } }] },
    })
  })

  it('never deletes a user', () => {
    expect(oktaHabit.deleteUser('u1')).toBeUndefined()
  })

  it('removes a member by a value filter and adds one with display', () => {
    expect(oktaHabit.removeMember('g1', 'u1').body?.['Operations']).toEqual([
      { op: 'remove', path: 'members[value eq "u1"]' },
    ])
    expect(oktaHabit.addMembers('g1', [{ scimId: 'u1', display: 'Ana' }]).body).toEqual({
      schemas: patch,
      Operations: [{ op: 'add', path: 'members', value: [{ value: 'u1', display: 'Ana' }] }],
    })
  })
})

describe('the Entra habit', () => {
  it('sends capitalised operations and booleans as strings', () => {
    expect(entraHabit.setActive('u1', false).body).toEqual({
      schemas: patch,
      Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
    })
    expect(entraHabit.setActive('u1', true).body?.['Operations']).toEqual([
      { op: 'Replace', path: 'active', value: 'True' },
    ])
  })

  it('removes a member by a value array', () => {
    expect(entraHabit.removeMember('g1', 'u1').body?.['Operations']).toEqual([
      { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u1' }] },
    ])
  })

  it('adds several members in one operation', () => {
    const members = ['u1', 'u2'].map((scimId) => ({ scimId, display: scimId }))
    expect(entraHabit.addMembers('g1', members).body?.['Operations']).toEqual([
      {
        op: 'Add',
        path: 'members',
        value: [
          { $ref: null, value: 'u1' },
          { $ref: null, value: 'u2' },
        ],
      },
    ])
  })

  it('creates groups with the schema only it knows, and deletes users', () => {
    expect(entraHabit.createGroup({ id: 'e1', name: 'RH' }).body).toMatchObject({
      externalId: 'e1',
      schemas: expect.arrayContaining([
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ]),
    })
    expect(entraHabit.deleteUser('u1')).toEqual({ method: 'DELETE', path: '/Users/u1' })
  })
})
