import { expect } from 'vitest'

import {
  createGroup,
  createUser,
  freshName,
  patch,
  urns,
} from '../../scim-server/src/testing/scim-bodies.ts'
import { expectRefusal, publishedAttribute } from './expectations.ts'
import type { Section } from './requirement.ts'

/** RFC 7643 §4: User, Group and the Enterprise extension. */
export const coreSchemaSections: readonly Section[] = [
  {
    id: 'RFC7643-4.1',
    title: 'User',
    requirements: [
      {
        id: 'RFC7643-4.1.1-01',
        says: '`userName` is required and not empty.',
        async check({ rfc }) {
          for (const userName of [undefined, null, '']) {
            const body = { schemas: [urns.user], userName }
            expectRefusal(await rfc.request('POST', '/Users', body), 400, 'invalidValue')
          }
        },
      },
      {
        id: 'RFC7643-4.1.1-02',
        says: '`userName` is unique whatever its case.',
        async check({ rfc }) {
          const userName = freshName('Taken')
          await createUser(rfc, { userName })
          const body = { schemas: [urns.user], userName: userName.toUpperCase() }
          expectRefusal(await rfc.request('POST', '/Users', body), 409, 'uniqueness')
        },
      },
      {
        id: 'RFC7643-4.1.1-03',
        says: 'A `password` is never answered.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc, { password: 'Tr0ub4dor&3' })
          expect(body).not.toHaveProperty('password')
          const asked = await rfc.request('GET', `/Users/${id}?attributes=password,userName`)
          expect(asked.text).not.toContain('Tr0ub4dor')
        },
      },
      {
        id: 'RFC7643-4.1.2-01',
        says: '`groups` of a user is read-only: membership changes at the group.',
        async check({ rfc }) {
          const group = await createGroup(rfc)
          const { id, body } = await createUser(rfc, { groups: [{ value: group.id }] })
          expect(body).not.toHaveProperty('groups')
          const join = { op: 'add', path: 'groups', value: [{ value: group.id }] }
          expectRefusal(await patch(rfc, `/Users/${id}`, join), 400, 'mutability')
          await patch(rfc, `/Groups/${group.id}`, {
            op: 'add',
            path: 'members',
            value: [{ value: id }],
          })
          const { body: member } = await rfc.request('GET', `/Users/${id}`)
          expect(member['groups']).toMatchObject([{ value: group.id, type: 'direct' }])
        },
      },
      {
        id: 'RFC7643-4.1.2-02',
        says: 'The canonical types of emails, phone numbers, instant messengers, photos and addresses are published.',
        async check({ rfc }) {
          const expected = {
            emails: ['work', 'home', 'other'],
            phoneNumbers: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
            ims: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'],
            photos: ['photo', 'thumbnail'],
            addresses: ['work', 'home', 'other'],
          }
          for (const [name, canonicalValues] of Object.entries(expected)) {
            expect(await publishedAttribute(rfc, urns.user, name, 'type')).toMatchObject({
              canonicalValues,
            })
          }
        },
      },
      {
        id: 'RFC7643-4.1.2-03',
        says: 'A certificate is base64.',
        async check({ rfc }) {
          const send = (value: string): ReturnType<typeof createUser> =>
            rfc.request('POST', '/Users', {
              schemas: [urns.user],
              userName: freshName('u'),
              x509Certificates: [{ value }],
            })
          expectRefusal(await send('-----BEGIN CERTIFICATE-----'), 400, 'invalidValue')
          expect(await send('MIIDQzCCAqygAwIBAgICEAAwDQYJ')).toMatchObject({ status: 201 })
        },
      },
    ],
    departures: [
      {
        id: 'RFC7643-4.1.1-R1',
        says: 'Keep a password for the user.',
        reason:
          'People sign in at their identity provider; what a client sends as `password` is discarded with a remark in the request log. The schema does not publish it.',
      },
      {
        id: 'RFC7643-4.1.2-R1',
        says: '`emails.display` and the like.',
        reason:
          'Microsoft’s validator refuses a schema that has it, and a display name of an address says nothing that the address does not.',
      },
    ],
  },
  {
    id: 'RFC7643-4.2',
    title: 'Group',
    requirements: [
      {
        id: 'RFC7643-4.2-01',
        says: '`displayName` is required.',
        async check({ rfc }) {
          const body = { schemas: [urns.group], members: [] }
          expectRefusal(await rfc.request('POST', '/Groups', body), 400, 'invalidValue')
        },
      },
      {
        id: 'RFC7643-4.2-02',
        says: 'A member has the id of a resource as value, its URI as $ref, and its type; two groups may have one name.',
        async check({ rfc }) {
          const { id } = await createUser(rfc, { displayName: 'Dana' })
          const displayName = freshName('Group')
          const group = await createGroup(rfc, [id], { displayName })
          expect(group.body['members']).toEqual([
            { value: id, $ref: `${rfc.baseUrl}/Users/${id}`, display: 'Dana', type: 'User' },
          ])
          expect((await createGroup(rfc, [], { displayName })).status).toBe(201)
        },
      },
      {
        id: 'RFC7643-4.2-03',
        says: 'What a member refers to can not be changed: only taken away and added.',
        async check({ rfc }) {
          const [one, other] = [await createUser(rfc), await createUser(rfc)]
          const group = await createGroup(rfc, [one.id])
          const path = `members[value eq "${one.id}"].value`
          const change = { op: 'replace', path, value: other.id }
          expectRefusal(await patch(rfc, `/Groups/${group.id}`, change), 400, 'mutability')
        },
      },
      {
        id: 'RFC7643-4.2-04',
        says: 'A member that is no resource is refused, and nothing is changed.',
        async check({ rfc }) {
          const { id } = await createUser(rfc)
          const group = await createGroup(rfc)
          const value = [{ value: id }, { value: freshName('nobody') }]
          const add = { op: 'add', path: 'members', value }
          expectRefusal(await patch(rfc, `/Groups/${group.id}`, add), 400, 'invalidValue')
          expect((await rfc.request('GET', `/Groups/${group.id}`)).body).not.toHaveProperty(
            'members',
          )
        },
      },
    ],
  },
  {
    id: 'RFC7643-4.3',
    title: 'Enterprise User',
    requirements: [
      {
        id: 'RFC7643-4.3-01',
        says: 'A manager is named by id; the server answers their URI and display name, which clients can not set.',
        async check({ rfc }) {
          const boss = await createUser(rfc, { displayName: 'Bo Boss' })
          const manager = { value: boss.id, displayName: 'Somebody else' }
          const { id, body } = await createUser(rfc, { [urns.enterprise]: { manager } })
          const shown = {
            value: boss.id,
            $ref: `${rfc.baseUrl}/Users/${boss.id}`,
            displayName: 'Bo Boss',
          }
          expect(body[urns.enterprise]).toEqual({ manager: shown })
          const path = `${urns.enterprise}:manager.displayName`
          const set = { op: 'replace', path, value: 'X' }
          expectRefusal(await patch(rfc, `/Users/${id}`, set), 400, 'mutability')
        },
      },
    ],
  },
]
