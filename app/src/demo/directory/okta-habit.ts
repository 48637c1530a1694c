/** What Okta's SCIM client sends: https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20 */
import { randomBytes } from 'node:crypto'

import { equalsFilter, patchSchema, type Provisioned, type ProvisioningHabit } from './scim-call.ts'

export const oktaHabit: ProvisioningHabit = {
  userAgent: 'Okta SCIM Client 1.0.0',
  findUser: ({ userName }) => ({
    method: 'GET',
    path: `/Users?filter=${equalsFilter('userName', userName)}&startIndex=1&count=100`,
  }),
  createUser: (person) => ({ method: 'POST', path: '/Users', body: oktaUser(person) }),
  updateUser: (scimId, person) => ({
    method: 'PUT',
    path: `/Users/${scimId}`,
    body: { ...oktaUser(person), id: scimId },
  }),
  setActive: (scimId, active) => ({
    method: 'PATCH',
    path: `/Users/${scimId}`,
    body: { schemas: [patchSchema], Operations: [{ op: 'replace', value: { active } }] },
  }),
  deleteUser: () => undefined,
  findGroup: (name) => ({
    method: 'GET',
    path: `/Groups?filter=${equalsFilter('displayName', name)}&startIndex=1&count=100`,
  }),
  createGroup: ({ name }) => ({
    method: 'POST',
    path: '/Groups',
    body: {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: name,
      members: [],
    },
  }),
  addMembers: (groupScimId, members) => ({
    method: 'PATCH',
    path: `/Groups/${groupScimId}`,
    body: {
      schemas: [patchSchema],
      Operations: [
        {
          op: 'add',
          path: 'members',
          value: members.map(({ scimId, display }) => ({ value: scimId, display })),
        },
      ],
    },
  }),
  removeMember: (groupScimId, memberScimId) => ({
    method: 'PATCH',
    path: `/Groups/${groupScimId}`,
    body: {
      schemas: [patchSchema],
      Operations: [{ op: 'remove', path: `members[value eq ${JSON.stringify(memberScimId)}]` }],
    },
  }),
}

/** Okta sends the whole user, to create and to update alike. */
function oktaUser(person: Provisioned): Record<string, unknown> {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: person.userName,
    name: { givenName: person.givenName, familyName: person.familyName },
    emails: [{ primary: true, value: person.userName, type: 'work' }],
    displayName: `${person.givenName} ${person.familyName}`,
    title: person.title,
    locale: person.locale,
    externalId: person.id,
    groups: [],
    // Okta sends a random one even where no password is ever used.
    password: randomBytes(12).toString('base64url'),
    active: true,
  }
}
