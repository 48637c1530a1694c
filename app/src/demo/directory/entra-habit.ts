/**
 * What Microsoft Entra ID's provisioning service sends without `aadOptscim062020`:
 * https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups
 */
import { equalsFilter, patchSchema, type ProvisioningHabit } from './scim-call.ts'

const enterpriseUser = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

export const entraHabit: ProvisioningHabit = {
  userAgent: 'Azure AD Provisioning Service',
  findUser: ({ userName }) => ({
    method: 'GET',
    path: `/Users?filter=${equalsFilter('userName', userName)}`,
  }),
  createUser: (person) => ({
    method: 'POST',
    path: '/Users',
    body: {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterpriseUser],
      externalId: person.id,
      userName: person.userName,
      active: true,
      displayName: `${person.givenName} ${person.familyName}`,
      emails: [{ primary: true, type: 'work', value: person.userName }],
      meta: { resourceType: 'User' },
      name: {
        formatted: `${person.givenName} ${person.familyName}`,
        familyName: person.familyName,
        givenName: person.givenName,
      },
      title: person.title,
      preferredLanguage: person.locale,
      addresses: null,
      roles: [],
    },
  }),
  updateUser: (scimId, person) => ({
    method: 'PATCH',
    path: `/Users/${scimId}`,
    body: {
      schemas: [patchSchema],
      Operations: [
        { op: 'Replace', path: 'active', value: 'True' },
        { op: 'Replace', path: 'externalId', value: person.id },
        { op: 'Replace', path: 'title', value: person.title },
      ],
    },
  }),
  setActive: (scimId, active) => ({
    method: 'PATCH',
    path: `/Users/${scimId}`,
    body: {
      schemas: [patchSchema],
      Operations: [{ op: 'Replace', path: 'active', value: active ? 'True' : 'False' }],
    },
  }),
  deleteUser: (scimId) => ({ method: 'DELETE', path: `/Users/${scimId}` }),
  findGroup: (name) => ({
    method: 'GET',
    path: `/Groups?excludedAttributes=members&filter=${equalsFilter('displayName', name)}`,
  }),
  createGroup: ({ id, name }) => ({
    method: 'POST',
    path: '/Groups',
    body: {
      schemas: [
        'urn:ietf:params:scim:schemas:core:2.0:Group',
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ],
      externalId: id,
      displayName: name,
      meta: { resourceType: 'Group' },
    },
  }),
  addMembers: (groupScimId, members) => ({
    method: 'PATCH',
    path: `/Groups/${groupScimId}`,
    body: {
      schemas: [patchSchema],
      Operations: [
        {
          op: 'Add',
          path: 'members',
          value: members.map(({ scimId }) => ({ $ref: null, value: scimId })),
        },
      ],
    },
  }),
  removeMember: (groupScimId, memberScimId) => ({
    method: 'PATCH',
    path: `/Groups/${groupScimId}`,
    body: {
      schemas: [patchSchema],
      Operations: [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: memberScimId }] }],
    },
  }),
}
