import { expect } from 'vitest'

import {
  createGroup,
  createUser,
  memberIds,
  patch,
  urns,
} from '../../scim-server/src/testing/scim-bodies.ts'
import { expectRefusal } from './expectations.ts'
import type { Requirement, Section } from './requirement.ts'

const work = { value: 'w@x.example', type: 'work', primary: true }
const home = { value: 'h@x.example', type: 'home' }

/** A user who is patched, with the members of the answer that are then expected. */
function becomes(
  id: string,
  says: string,
  before: object,
  operations: readonly object[],
  after: Readonly<Record<string, unknown>>,
): Requirement {
  return {
    id,
    says,
    async check({ rfc }) {
      const user = await createUser(rfc, { ...before })
      const patched = await patch(rfc, `/Users/${user.id}`, ...operations)
      expect(patched).toMatchObject({ status: 200 })
      const read = await rfc.request('GET', `/Users/${user.id}`)
      expect(read.body).toEqual(patched.body)
      for (const [name, value] of Object.entries(after)) {
        expect({ [name]: read.body[name] }).toEqual({ [name]: value })
      }
    },
  }
}

/** A user who is patched in vain, and stays as they were. */
function refuses(
  id: string,
  says: string,
  scimType: string,
  cases: readonly object[],
  before: object = { emails: [work, home], title: 'T' },
): Requirement {
  return {
    id,
    says,
    async check({ rfc }) {
      const user = await createUser(rfc, { ...before })
      for (const operation of cases) {
        const answer = await patch(rfc, `/Users/${user.id}`, operation)
        const seen = { operation, status: answer.status, scimType: answer.body['scimType'] }
        expect(seen).toEqual({ operation, status: 400, scimType })
      }
      expect((await rfc.request('GET', `/Users/${user.id}`)).body).toEqual(user.body)
    },
  }
}

/** RFC 7644 §3.5.2: modifying. */
export const patchSections: readonly Section[] = [
  {
    id: 'RFC7644-3.5.2',
    title: 'Modifying with PATCH',
    requirements: [
      {
        id: 'RFC7644-3.5.2-01',
        says: 'The body names the URN of PatchOp and has a list of operations, each of them add, remove or replace.',
        async check({ rfc }) {
          const { id } = await createUser(rfc)
          const operation = { op: 'add', path: 'title', value: 'T' }
          const bodies = [
            { Operations: [operation] },
            { schemas: [urns.user], Operations: [operation] },
            { schemas: [urns.patch] },
            { schemas: [urns.patch], Operations: operation },
            { schemas: [urns.patch], Operations: [] },
            { schemas: [urns.patch], Operations: [{ ...operation, op: 'move' }] },
            { schemas: [urns.patch], Operations: ['add'] },
          ]
          for (const body of bodies) {
            expectRefusal(await rfc.request('PATCH', `/Users/${id}`, body), 400, 'invalidSyntax')
          }
        },
      },
      becomes(
        'RFC7644-3.5.2-02',
        'Operations are applied one after the other, in their order.',
        {},
        [
          { op: 'add', path: 'title', value: 'one' },
          { op: 'replace', path: 'title', value: 'two' },
          { op: 'add', path: 'nickName', value: 'N' },
          { op: 'remove', path: 'nickName' },
        ],
        { title: 'two', nickName: undefined },
      ),
      {
        id: 'RFC7644-3.5.2-03',
        says: 'A PATCH is done as a whole or not at all.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc, { title: 'T' })
          const answer = await patch(
            rfc,
            `/Users/${id}`,
            { op: 'replace', path: 'title', value: 'changed' },
            { op: 'replace', path: 'noSuchAttribute', value: 'x' },
          )
          expectRefusal(answer, 400, 'invalidPath')
          expect((await rfc.request('GET', `/Users/${id}`)).body).toEqual(body)
        },
      },
      becomes(
        'RFC7644-3.5.2-04',
        'A new primary value takes the mark from the old one.',
        { emails: [work, home] },
        [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }],
        {
          emails: [
            { ...work, primary: false },
            { ...home, primary: true },
          ],
        },
      ),
      {
        id: 'RFC7644-3.5.2-05',
        says: 'The answer is 200 with the resource, as `attributes` asks, or 204.',
        async check({ rfc, connect }) {
          const operation = { op: 'replace', path: 'title', value: 'T' }
          const { id } = await createUser(rfc)
          const narrow = await patch(rfc, `/Users/${id}?attributes=title`, operation)
          expect(narrow).toMatchObject({ status: 200 })
          expect(narrow.body).toEqual({ schemas: [urns.user], id, title: 'T' })
          const quiet = await connect('compat')
          const group = await createGroup(quiet)
          const rename = { op: 'replace', path: 'externalId', value: 'x' }
          const done = await patch(quiet, `/Groups/${group.id}`, rename)
          expect([done.status, done.text]).toEqual([204, ''])
        },
      },
      refuses(
        'RFC7644-3.5.2-06',
        'A path that is none, or names nothing, is invalidPath.',
        'invalidPath',
        [
          { op: 'add', path: 'emails[', value: 'x' },
          { op: 'add', path: 'a..b', value: 'x' },
          { op: 'replace', path: 'noSuch', value: 'x' },
          { op: 'replace', path: 'name.noSuch', value: 'x' },
          { op: 'remove', path: 'urn:example:none:2.0:User:x' },
          { op: 'replace', path: 'title[value eq "x"]', value: 'y' },
        ],
      ),
      refuses(
        'RFC7644-3.5.2-07',
        'A filter inside a path that is none is invalidFilter.',
        'invalidFilter',
        [
          { op: 'remove', path: 'emails[type like "work"]' },
          { op: 'remove', path: 'emails[noSuch eq "work"]' },
          { op: 'replace', path: 'emails[primary gt true].value', value: 'x' },
        ],
      ),
      refuses('RFC7644-3.5.2-08', 'What is read-only is refused with mutability.', 'mutability', [
        { op: 'replace', path: 'id', value: 'x' },
        { op: 'remove', path: 'meta' },
        { op: 'add', path: 'groups', value: [{ value: 'g' }] },
      ]),
      refuses('RFC7644-3.5.2-09', 'A value of the wrong kind is invalidValue.', 'invalidValue', [
        { op: 'replace', path: 'active', value: 'True' },
        { op: 'replace', path: 'title', value: { a: 1 } },
        { op: 'replace', path: 'name', value: 'Ann' },
        { op: 'replace', path: 'emails', value: 'a@x.example' },
        { op: 'add', path: 'emails', value: [1] },
      ]),
      becomes(
        'RFC7644-3.5.2-10',
        'A path may begin with the URN of a schema; names in it are read in any case.',
        {},
        [
          { op: 'add', path: `${urns.enterprise}:DEPARTMENT`, value: 'D' },
          { op: 'add', path: `${urns.user}:Name.familyname`, value: 'F' },
        ],
        { [urns.enterprise]: { department: 'D' }, name: { familyName: 'F' } },
      ),
    ],
  },
  {
    id: 'RFC7644-3.5.2.1',
    title: 'Add operation',
    requirements: [
      refuses('RFC7644-3.5.2.1-01', 'add needs a value.', 'invalidValue', [
        { op: 'add', path: 'nickName' },
        { op: 'add', value: 'x' },
      ]),
      becomes(
        'RFC7644-3.5.2.1-02',
        'Without a path the value is an object of attributes to add.',
        { emails: [work] },
        [{ op: 'add', value: { nickName: 'N', emails: [home], name: { givenName: 'G' } } }],
        { nickName: 'N', emails: [work, home], name: { givenName: 'G' } },
      ),
      becomes(
        'RFC7644-3.5.2.1-03',
        'What is not there is added, and a single value that is there is replaced.',
        { title: 'old' },
        [
          { op: 'add', path: 'title', value: 'new' },
          { op: 'add', path: 'nickName', value: 'N' },
        ],
        { title: 'new', nickName: 'N' },
      ),
      becomes(
        'RFC7644-3.5.2.1-04',
        'Of a complex attribute the given sub-attributes are set and the others stay.',
        { name: { givenName: 'G', familyName: 'F' } },
        [{ op: 'add', path: 'name', value: { familyName: 'new', middleName: 'M' } }],
        { name: { givenName: 'G', familyName: 'new', middleName: 'M' } },
      ),
      becomes(
        'RFC7644-3.5.2.1-05',
        'A new value is added to those of a multi-valued attribute.',
        { emails: [work] },
        [{ op: 'add', path: 'emails', value: [home] }],
        { emails: [work, home] },
      ),
      {
        id: 'RFC7644-3.5.2.1-06',
        says: 'Adding what is there already succeeds and leaves lastModified and version alone.',
        async check({ rfc }) {
          const user = await createUser(rfc, { emails: [work], title: 'T' })
          const same = await patch(
            rfc,
            `/Users/${user.id}`,
            { op: 'add', path: 'emails', value: [work] },
            { op: 'add', path: 'title', value: 'T' },
          )
          expect(same).toMatchObject({ status: 200 })
          expect(same.body).toEqual(user.body)
          const group = await createGroup(rfc, [user.id])
          const value = [{ value: user.id }]
          const again = await patch(rfc, `/Groups/${group.id}`, {
            op: 'add',
            path: 'members',
            value,
          })
          expect(again.body['meta']).toEqual(group.body['meta'])
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.5.2.2',
    title: 'Remove operation',
    requirements: [
      refuses('RFC7644-3.5.2.2-01', 'remove without a path is noTarget.', 'noTarget', [
        { op: 'remove' },
        { op: 'remove', value: { title: 'T' } },
      ]),
      becomes(
        'RFC7644-3.5.2.2-02',
        'A single value, a complex one and a sub-attribute are unassigned.',
        { title: 'T', name: { givenName: 'G', familyName: 'F' }, nickName: 'N' },
        [
          { op: 'remove', path: 'title' },
          { op: 'remove', path: 'name.givenName' },
        ],
        { title: undefined, name: { familyName: 'F' }, nickName: 'N' },
      ),
      becomes(
        'RFC7644-3.5.2.2-03',
        'A multi-valued attribute without a filter loses all its values.',
        { emails: [work, home] },
        [{ op: 'remove', path: 'emails' }],
        { emails: undefined },
      ),
      becomes(
        'RFC7644-3.5.2.2-04',
        'With a filter the values that match go.',
        { emails: [work, home] },
        [{ op: 'remove', path: 'emails[type eq "work"]' }],
        { emails: [home] },
      ),
      becomes(
        'RFC7644-3.5.2.2-05',
        'When the last value goes, the attribute is unassigned.',
        { emails: [home] },
        [{ op: 'remove', path: 'emails[value co "x.example"]' }],
        { emails: undefined },
      ),
      becomes(
        'RFC7644-3.5.2.2-06',
        'With a filter and a sub-attribute that sub-attribute goes from every value that matches.',
        { emails: [work, home] },
        [{ op: 'remove', path: 'emails[value co "x.example"].type' }],
        { emails: [{ value: work.value, primary: true }, { value: home.value }] },
      ),
      refuses(
        'RFC7644-3.5.2.2-07',
        'What is required or read-only can not be removed.',
        'mutability',
        [
          { op: 'remove', path: 'userName' },
          { op: 'remove', path: 'id' },
          { op: 'remove', path: 'schemas' },
        ],
      ),
      {
        id: 'RFC7644-3.5.2.2-08',
        says: 'Members go one by one by filter, and all without.',
        async check({ rfc }) {
          const [one, other] = [await createUser(rfc), await createUser(rfc)]
          const group = await createGroup(rfc, [one.id, other.id])
          const path = `/Groups/${group.id}`
          await patch(rfc, path, { op: 'remove', path: `members[value eq "${one.id}"]` })
          expect(await memberIds(rfc, group.id)).toEqual([other.id])
          await patch(rfc, path, { op: 'remove', path: 'members' })
          expect(await memberIds(rfc, group.id)).toEqual([])
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.5.2.3',
    title: 'Replace operation',
    requirements: [
      becomes(
        'RFC7644-3.5.2.3-01',
        'Without a path the value is an object of attributes to replace.',
        { title: 'old', emails: [work] },
        [{ op: 'replace', value: { title: 'new', emails: [home] } }],
        { title: 'new', emails: [home] },
      ),
      becomes(
        'RFC7644-3.5.2.3-02',
        'A single value is replaced; where there is none, it is added.',
        { title: 'old' },
        [
          { op: 'replace', path: 'title', value: 'new' },
          { op: 'replace', path: 'nickName', value: 'N' },
        ],
        { title: 'new', nickName: 'N' },
      ),
      becomes(
        'RFC7644-3.5.2.3-03',
        'A multi-valued attribute without a filter gets the new values for the old ones.',
        { emails: [work] },
        [{ op: 'replace', path: 'emails', value: [home] }],
        { emails: [home] },
      ),
      becomes(
        'RFC7644-3.5.2.3-04',
        'Of a complex attribute the given sub-attributes are replaced and the others stay.',
        { name: { givenName: 'G', familyName: 'F' } },
        [{ op: 'replace', path: 'name', value: { familyName: 'new' } }],
        { name: { givenName: 'G', familyName: 'new' } },
      ),
      becomes(
        'RFC7644-3.5.2.3-05',
        'With a filter every value that matches is replaced.',
        { emails: [work, home] },
        [{ op: 'replace', path: 'emails[type eq "home"]', value: { value: 'n@x.example' } }],
        { emails: [work, { ...home, value: 'n@x.example' }] },
      ),
      becomes(
        'RFC7644-3.5.2.3-06',
        'With a filter and a sub-attribute that sub-attribute is replaced in every value that matches.',
        { emails: [work, home] },
        [{ op: 'replace', path: 'emails[value co "x.example"].type', value: 'other' }],
        {
          emails: [
            { ...work, type: 'other' },
            { ...home, type: 'other' },
          ],
        },
      ),
      refuses('RFC7644-3.5.2.3-07', 'A filter that matches nothing is noTarget.', 'noTarget', [
        { op: 'replace', path: 'emails[type eq "other"].value', value: 'n@x.example' },
        { op: 'replace', path: 'emails[type eq "other"]', value: { value: 'n@x.example' } },
      ]),
      becomes(
        'RFC7644-3.5.2.3-09',
        'An object that names no sub-attribute changes none, and an empty sub-attribute unassigns itself alone.',
        { name: { givenName: 'G', familyName: 'F' } },
        [
          { op: 'replace', path: 'name', value: {} },
          { op: 'add', path: 'name', value: { givenName: '' } },
        ],
        { name: { familyName: 'F' } },
      ),
      {
        id: 'RFC7644-3.5.2.3-08',
        says: 'Replacing members leaves exactly those.',
        async check({ rfc }) {
          const [one, other] = [await createUser(rfc), await createUser(rfc)]
          const group = await createGroup(rfc, [one.id])
          const value = [{ value: other.id }]
          await patch(rfc, `/Groups/${group.id}`, { op: 'replace', path: 'members', value })
          expect(await memberIds(rfc, group.id)).toEqual([other.id])
        },
      },
    ],
  },
]
