import { describe, expect, test } from 'vitest'

import { createResourceModel, type ResourceModel } from '../protocol/attribute.ts'
import { parsePatchRequest, patchOpSchema } from '../protocol/patch-request.ts'
import { type Profile, profiles } from '../protocol/profile.ts'
import { copyValue, type Resource } from '../protocol/resource.ts'
import type { EngineResult } from '../protocol/row-operation.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { patchAtOnce } from '../testing/patch-at-once.ts'
import { createGroupType, createUserType } from './resource-types.ts'

const users = createResourceModel(createUserType())
const groups = createResourceModel(createGroupType())
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const employed = {
  department: 'Sales',
  manager: { value: 'u2', $ref: '/Users/u2', displayName: 'Bea' },
}

const user = copyValue<Resource>({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
  id: 'u1',
  userName: 'ana@example.com',
  active: true,
  title: 'Agent',
  name: { givenName: 'Ana', familyName: 'Ruiz' },
  emails: [
    { value: 'ana@example.com', type: 'work', primary: true },
    { value: 'ana@home.example', type: 'home' },
  ],
  roles: [{ value: 'agent', primary: true }],
  groups: [{ value: 'g1', display: 'Sales' }],
  [enterprise]: employed,
})

const group = copyValue<Resource>({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  id: 'g1',
  displayName: 'Sales',
})

interface Operation {
  readonly op: string
  readonly path?: unknown
  readonly value?: unknown
}

/** A `scimType`, or the attributes to compare; `rows`, `changed` and `warnings` are the result's own. */
type Outcome = string | Readonly<Record<string, unknown>>

interface Row {
  readonly title: string
  readonly operations: readonly Operation[]
  readonly outcome: Outcome | Readonly<Record<Profile, Outcome>>
  readonly on?: 'group'
}

function run(
  model: ResourceModel,
  before: Resource,
  operations: unknown,
  profile: Profile,
): EngineResult {
  const body: unknown = JSON.parse(
    JSON.stringify({ schemas: [patchOpSchema], Operations: operations }),
  )
  return patchAtOnce(model, before, parsePatchRequest(body, profile), profile)
}

function outcomeOf({ operations, on }: Row, profile: Profile): Outcome {
  const [model, before] = on === 'group' ? [groups, group] : [users, user]
  try {
    const result = run(model, before, operations, profile)
    const plain = JSON.parse(JSON.stringify(result.resource)) as Record<string, unknown>
    const rows = result.rowOperations.map((each) => ({ ...each, attribute: undefined }))
    const warnings = result.warnings.map((each) => each.code)
    return { ...plain, changed: result.changed, rows, warnings }
  } catch (error) {
    if (error instanceof ScimError) return error.scimType ?? String(error.status)
    throw error
  }
}

const noOp = { changed: false }
const work = { value: 'ana@example.com', type: 'work', primary: true }
const home = { value: 'ana@home.example', type: 'home' }

const rows: readonly Row[] = [
  {
    title: 'PATCH-1 add sets a singular attribute',
    operations: [{ op: 'add', path: 'title', value: 'Lead' }],
    outcome: { title: 'Lead', changed: true },
  },
  {
    title: 'PATCH-1 REPLACE in capitals sets a singular attribute',
    operations: [{ op: 'REPLACE', path: 'NICKNAME', value: 'Anita' }],
    outcome: { nickName: 'Anita' },
  },
  {
    title: 'PATCH-2 add merges into a complex attribute',
    operations: [{ op: 'add', path: 'name', value: { givenName: 'Eva' } }],
    outcome: { name: { givenName: 'Eva', familyName: 'Ruiz' } },
  },
  {
    title: 'PATCH-3 replace merges into a complex attribute, in interop it replaces the whole',
    operations: [{ op: 'replace', path: 'name', value: { givenName: 'Eva' } }],
    outcome: {
      compat: { name: { givenName: 'Eva', familyName: 'Ruiz' } },
      rfc: { name: { givenName: 'Eva', familyName: 'Ruiz' } },
      interop: { name: { givenName: 'Eva' } },
    },
  },
  {
    title: 'PATCH-4 a sub-attribute creates its parent',
    operations: [
      { op: 'remove', path: 'name' },
      { op: 'replace', path: 'name.familyName', value: 'Paz' },
    ],
    outcome: { name: { familyName: 'Paz' } },
  },
  {
    title: 'PATCH-5 add appends what is not there yet',
    operations: [
      {
        op: 'add',
        path: 'emails',
        value: [
          { value: 'ANA@example.com', type: 'work' },
          { value: 'x@y', type: 'other' },
        ],
      },
    ],
    outcome: { emails: [work, home, { value: 'x@y', type: 'other' }] },
  },
  {
    title: 'PATCH-5 add of what is there already changes nothing',
    operations: [
      { op: 'add', path: 'emails', value: [{ value: 'ana@home.example', type: 'home' }] },
    ],
    outcome: noOp,
  },
  {
    title: 'PATCH-5 add of the same email with a primary mark moves the mark',
    operations: [{ op: 'add', path: 'emails', value: [{ ...home, primary: true }] }],
    outcome: {
      emails: [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    },
  },
  {
    title: 'PATCH-5 add of members becomes a set operation without duplicates',
    on: 'group',
    operations: [
      {
        op: 'Add',
        path: 'members',
        value: [{ value: 'a', $ref: null }, { value: 'b', type: 'user' }, { value: 'a' }],
      },
    ],
    outcome: {
      rows: [{ kind: 'add', values: [{ value: 'a' }, { value: 'b', type: 'User' }] }],
      changed: false,
    },
  },
  {
    title: 'PATCH-6 replace takes the whole list',
    operations: [{ op: 'replace', path: 'emails', value: [{ value: 'n@x' }] }],
    outcome: { emails: [{ value: 'n@x' }] },
  },
  {
    title: 'PATCH-6 replace with an empty list unassigns',
    operations: [{ op: 'replace', path: 'emails', value: [] }],
    outcome: { emails: undefined, changed: true },
  },
  {
    title: 'PATCH-6 replace of members is one operation, an empty list clears them',
    on: 'group',
    operations: [
      { op: 'replace', path: 'members', value: [{ value: 'a' }] },
      { op: 'replace', path: 'members', value: [] },
    ],
    outcome: { rows: [{ kind: 'replace', values: [{ value: 'a' }] }, { kind: 'clear' }] },
  },
  {
    title: 'PATCH-7 add of one object where a list belongs is accepted',
    operations: [{ op: 'add', path: 'emails', value: { value: 'n@x' } }],
    outcome: { emails: [work, home, { value: 'n@x' }] },
  },
  {
    title: 'PATCH-7 replace by one object is a list of one in compat only',
    operations: [{ op: 'replace', path: 'emails', value: { value: 'n@x' } }],
    outcome: {
      compat: { emails: [{ value: 'n@x' }] },
      rfc: 'invalidValue',
      interop: 'invalidValue',
    },
  },
  {
    title: 'PATCH-7 a bare string is an element in compat only',
    on: 'group',
    operations: [{ op: 'add', path: 'members', value: 'a' }],
    outcome: {
      compat: { rows: [{ kind: 'add', values: [{ value: 'a' }] }] },
      rfc: 'invalidValue',
      interop: 'invalidValue',
    },
  },
  {
    title: 'PATCH-8 a value filter without sub-attribute merges into the matching elements',
    operations: [{ op: 'replace', path: 'emails[type eq "home"]', value: { value: 'new@home' } }],
    outcome: {
      compat: { emails: [work, { value: 'new@home', type: 'home' }] },
      rfc: { emails: [work, { value: 'new@home', type: 'home' }] },
      interop: 'invalidPath',
    },
  },
  {
    title: 'PATCH-9 a value filter with sub-attribute sets it on the match',
    operations: [{ op: 'add', path: 'Emails[Type eq "WORK"].Value', value: 'new@work' }],
    outcome: { emails: [{ ...work, value: 'new@work' }, home] },
  },
  {
    title: 'PATCH-9 the core URN may prefix the path in any case',
    operations: [
      {
        op: 'replace',
        path: 'URN:ietf:params:scim:schemas:core:2.0:user:emails[type eq "home"].primary',
        value: true,
      },
    ],
    outcome: {
      emails: [
        { ...work, primary: false },
        { ...home, primary: true },
      ],
    },
  },
  {
    title: 'PATCH-9 several matches are all set, in interop they are ambiguous',
    operations: [{ op: 'replace', path: 'emails[value co "ana"].type', value: 'other' }],
    outcome: {
      compat: {
        emails: [
          { ...work, type: 'other' },
          { ...home, type: 'other' },
        ],
      },
      rfc: {
        emails: [
          { ...work, type: 'other' },
          { ...home, type: 'other' },
        ],
      },
      interop: 'invalidFilter',
    },
  },
  {
    title: 'PATCH-10 replace without match creates the element in compat only',
    operations: [{ op: 'replace', path: 'phoneNumbers[type eq "mobile"].value', value: '+34 1' }],
    outcome: {
      compat: { phoneNumbers: [{ type: 'mobile', value: '+34 1' }], warnings: ['element-created'] },
      rfc: 'noTarget',
      interop: 'noTarget',
    },
  },
  {
    title: 'PATCH-10 two operations on one absent address give one element',
    operations: [
      { op: 'Replace', path: 'addresses[type eq "work"].locality', value: 'Quito' },
      { op: 'Replace', path: 'addresses[type eq "work"].country', value: 'EC' },
    ],
    outcome: {
      compat: { addresses: [{ type: 'work', locality: 'Quito', country: 'EC' }] },
      rfc: 'noTarget',
      interop: 'noTarget',
    },
  },
  {
    title: 'PATCH-10 a filter that is no conjunction of eq creates nothing',
    operations: [{ op: 'replace', path: 'phoneNumbers[type ne "mobile"].value', value: '1' }],
    outcome: 'noTarget',
  },
  {
    title: 'PATCH-11 add without match creates the element',
    operations: [
      { op: 'add', path: 'emails[type eq "other" and primary eq true].value', value: 'o@x' },
    ],
    outcome: {
      emails: [{ ...work, primary: false }, home, { value: 'o@x', type: 'other', primary: true }],
    },
  },
  {
    title: 'PATCH-11 add without match and without eq has no target',
    operations: [{ op: 'add', path: 'emails[type sw "o"].value', value: 'o@x' }],
    outcome: 'noTarget',
  },
  {
    title: 'PATCH-11 Entra adds the primary role where there is none',
    operations: [
      { op: 'remove', path: 'roles' },
      { op: 'Add', path: 'roles[primary eq "True"].value', value: 'admin' },
    ],
    outcome: {
      compat: { roles: [{ primary: true, value: 'admin' }] },
      rfc: 'invalidFilter',
      interop: 'invalidFilter',
    },
  },
  {
    title: 'PATCH-12 a sub-attribute without filter is set on every element',
    operations: [{ op: 'replace', path: 'emails.type', value: 'other' }],
    outcome: {
      emails: [
        { ...work, type: 'other' },
        { ...home, type: 'other' },
      ],
    },
  },
  {
    title: 'PATCH-12 without elements there is no target',
    operations: [{ op: 'add', path: 'phoneNumbers.type', value: 'work' }],
    outcome: 'noTarget',
  },
  {
    title: 'PATCH-13 remove unassigns singular and complex attributes',
    operations: [
      { op: 'remove', path: 'title' },
      { op: 'remove', path: 'name' },
    ],
    outcome: { title: undefined, name: undefined, changed: true },
  },
  {
    title: 'PATCH-14 the parent goes with its last sub-attribute',
    operations: [
      { op: 'remove', path: 'name.givenName' },
      { op: 'remove', path: 'name.familyName' },
    ],
    outcome: { name: undefined },
  },
  {
    title: 'PATCH-15 removing what is not there is a success without change',
    operations: [
      { op: 'remove', path: 'nickName' },
      { op: 'remove', path: 'name.middleName' },
      { op: 'remove', path: 'phoneNumbers' },
    ],
    outcome: noOp,
  },
  {
    title: 'PATCH-16 remove empties a multi-valued attribute',
    operations: [{ op: 'remove', path: 'emails' }],
    outcome: { emails: undefined },
  },
  {
    title: 'PATCH-16 remove of members clears the rows',
    on: 'group',
    operations: [{ op: 'remove', path: 'members' }],
    outcome: { rows: [{ kind: 'clear' }] },
  },
  {
    title: 'PATCH-17 remove drops the matching elements, the last one unassigns',
    operations: [
      { op: 'remove', path: 'emails[type eq "home"]' },
      { op: 'remove', path: 'roles[value eq "agent"]' },
    ],
    outcome: { emails: [work], roles: undefined },
  },
  {
    title: 'PATCH-18 an element without value is dropped',
    operations: [{ op: 'remove', path: 'emails[type eq "work"].value' }],
    outcome: { emails: [home] },
  },
  {
    title: 'PATCH-18 an element that keeps its value stays',
    operations: [{ op: 'remove', path: 'emails[type eq "work"].primary' }],
    outcome: { emails: [{ value: 'ana@example.com', type: 'work' }, home] },
  },
  {
    title: 'PATCH-19 a filter without match is a no-op in compat, else noTarget',
    operations: [{ op: 'remove', path: 'emails[type eq "other"]' }],
    outcome: {
      compat: { changed: false, warnings: ['no-match-ignored'] },
      rfc: 'noTarget',
      interop: 'noTarget',
    },
  },
  {
    title: 'PATCH-20 remove with a value list drops those values only',
    operations: [
      {
        op: 'Remove',
        path: 'emails',
        value: [{ value: 'ANA@HOME.example', $ref: null }, { value: 'no@body' }],
      },
    ],
    outcome: { compat: { emails: [work] }, rfc: { emails: [work] }, interop: 'invalidSyntax' },
  },
  {
    title: 'PATCH-20 remove of members with a value list keeps the other members',
    on: 'group',
    operations: [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }] }],
    outcome: { rows: [{ kind: 'remove', values: [{ value: 'a' }] }] },
  },
  {
    title: 'PATCH-20 an empty value list removes nobody',
    on: 'group',
    operations: [{ op: 'Remove', path: 'members', value: [] }],
    outcome: { rows: [], warnings: ['empty-list-ignored'] },
  },
  {
    title: 'PATCH-22 remove without path has no target',
    operations: [{ op: 'remove', value: { title: 'x' } }],
    outcome: 'noTarget',
  },
  {
    title: 'PATCH-23 without path each key of the value is a path',
    operations: [
      {
        op: 'replace',
        value: {
          displayName: 'B',
          'name.givenName': 'K',
          [`${enterprise}:employeeNumber`]: 'A1',
          [enterprise.toUpperCase()]: { division: 'North' },
          'emails[type eq "home"].value': 'k@home',
        },
      },
    ],
    outcome: {
      compat: {
        displayName: 'B',
        name: { givenName: 'K', familyName: 'Ruiz' },
        emails: [work, { value: 'k@home', type: 'home' }],
        [enterprise]: { ...employed, employeeNumber: 'A1', division: 'North' },
      },
      rfc: {
        displayName: 'B',
        [enterprise]: { ...employed, employeeNumber: 'A1', division: 'North' },
      },
      interop: 'invalidSyntax',
    },
  },
  {
    title: 'PATCH-23 SailPoint adds active without path',
    operations: [{ op: 'add', value: { active: false } }],
    outcome: { compat: { active: false }, rfc: { active: false }, interop: 'invalidSyntax' },
  },
  {
    title: 'PATCH-24 without path the value must be an object',
    operations: [{ op: 'add', value: 'x' }],
    outcome: { compat: 'invalidValue', rfc: 'invalidValue', interop: 'invalidSyntax' },
  },
  {
    title: 'PATCH-25 add and replace need a value',
    operations: [{ op: 'replace', path: 'title' }],
    outcome: 'invalidValue',
  },
  {
    title: 'PATCH-26 a whole extension is merged',
    operations: [{ op: 'add', path: enterprise, value: { costCenter: '7', department: null } }],
    outcome: {
      [enterprise]: {
        costCenter: '7',
        manager: { value: 'u2', $ref: '/Users/u2', displayName: 'Bea' },
      },
    },
  },
  {
    title: 'PATCH-26 removing an extension drops it from schemas',
    operations: [{ op: 'remove', path: enterprise }],
    outcome: { [enterprise]: undefined, schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'] },
  },
  {
    title: 'PATCH-27 the id may be repeated in compat only',
    operations: [{ op: 'replace', path: 'id', value: 'u1' }],
    outcome: {
      compat: { changed: false, warnings: ['read-only-ignored'] },
      rfc: 'mutability',
      interop: 'mutability',
    },
  },
  {
    title: 'PATCH-27 another id is refused',
    operations: [{ op: 'replace', path: 'id', value: 'u9' }],
    outcome: 'mutability',
  },
  {
    title: 'PATCH-27 Okta renames a group with its id beside',
    on: 'group',
    operations: [{ op: 'replace', value: { id: 'g1', displayName: 'N', meta: {} } }],
    outcome: {
      compat: { displayName: 'N', rows: [] },
      rfc: 'mutability',
      interop: 'invalidSyntax',
    },
  },
  {
    title: 'PATCH-27 another id inside an object is refused',
    operations: [{ op: 'replace', value: { id: 'u9' } }],
    outcome: { compat: 'mutability', rfc: 'mutability', interop: 'invalidSyntax' },
  },
  {
    title: 'PATCH-27 groups of a user are read-only',
    operations: [{ op: 'add', path: 'groups', value: [{ value: 'g2' }] }],
    outcome: 'mutability',
  },
  {
    title: 'PATCH-28 what a member refers to is immutable',
    on: 'group',
    operations: [{ op: 'replace', path: 'members[value eq "a"].value', value: 'b' }],
    outcome: 'mutability',
  },
  {
    title: 'PATCH-28 members[value eq] as target of replace asks for the member',
    on: 'group',
    operations: [{ op: 'replace', path: 'members[value eq "a"]', value: { value: 'a' } }],
    outcome: {
      compat: { rows: [{ kind: 'add', values: [{ value: 'a' }] }] },
      rfc: { rows: [expect.objectContaining({ kind: 'require-match' })] },
      interop: 'invalidPath',
    },
  },
  {
    title: 'PATCH-29 a required attribute is not removed',
    operations: [{ op: 'remove', path: 'userName' }],
    outcome: 'mutability',
  },
  {
    title: 'PATCH-29 a required attribute is not emptied',
    operations: [{ op: 'replace', path: 'userName', value: '' }],
    outcome: 'invalidValue',
  },
  {
    title: 'PATCH-30 a value of the wrong type is refused',
    operations: [{ op: 'replace', path: 'title', value: { a: 1 } }],
    outcome: 'invalidValue',
  },
  {
    title: 'PATCH-30 bad base64 is refused',
    operations: [{ op: 'add', path: 'x509Certificates', value: [{ value: '%%' }] }],
    outcome: 'invalidValue',
  },
  {
    title: 'PATCH-30 two primaries are refused',
    operations: [
      {
        op: 'replace',
        path: 'emails',
        value: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
    ],
    outcome: 'invalidValue',
  },
  {
    title: 'PATCH-30 other types than the canonical ones are refused in interop only',
    operations: [{ op: 'add', path: 'emails', value: [{ value: 'a', type: 'private' }] }],
    outcome: {
      compat: { emails: [work, home, { value: 'a', type: 'private' }] },
      rfc: { emails: [work, home, { value: 'a', type: 'private' }] },
      interop: 'invalidValue',
    },
  },
  {
    title: 'PATCH-32 an empty text and null unassign',
    operations: [
      { op: 'replace', path: 'title', value: '' },
      { op: 'replace', path: 'name.givenName', value: null },
      { op: 'replace', path: 'emails[type eq "work"].value', value: '' },
    ],
    outcome: { title: undefined, name: { familyName: 'Ruiz' }, emails: [home] },
  },
  {
    title: 'PATCH-32 an empty value with a filter that matches nothing creates nothing',
    operations: [{ op: 'replace', path: 'phoneNumbers[type eq "fax"].value', value: '' }],
    outcome: {
      compat: { changed: false, phoneNumbers: undefined },
      rfc: 'noTarget',
      interop: 'noTarget',
    },
  },
  {
    title: 'PATCH-33 an unknown attribute is no path',
    operations: [{ op: 'replace', path: 'shoeSize', value: '42' }],
    outcome: { compat: 'invalidPath', rfc: 'invalidPath', interop: 'invalidSyntax' },
  },
  {
    title: 'PATCH-33 an unknown extension is ignored in compat',
    operations: [{ op: 'replace', path: 'urn:example:ext:2.0:User:size', value: '42' }],
    outcome: {
      compat: { changed: false, warnings: ['unknown-schema-ignored'] },
      rfc: 'invalidPath',
      interop: 'invalidSyntax',
    },
  },
  {
    title: 'PATCH-33 an unknown key of an object is ignored with a warning',
    operations: [{ op: 'replace', value: { shoeSize: 42, title: 'T' } }],
    outcome: {
      compat: { title: 'T', warnings: ['unknown-attribute-ignored'] },
      rfc: { title: 'T', warnings: ['unknown-attribute-ignored'] },
      interop: 'invalidSyntax',
    },
  },
  {
    title: 'PATCH-34 a path that cannot be parsed is refused',
    operations: [{ op: 'replace', path: 'emails[type eq "work"', value: 'x' }],
    outcome: 'invalidPath',
  },
  {
    title: 'PATCH-34 names that reach a prototype are refused',
    operations: [{ op: 'add', path: 'constructor.prototype', value: 'x' }],
    outcome: 'invalidPath',
  },
  {
    title: 'PATCH-34 a member path is parsed before rows are touched',
    on: 'group',
    operations: [{ op: 'remove', path: 'members[value eq "a"]x' }],
    outcome: 'invalidPath',
  },
  {
    title: 'PATCH-35 a bad filter inside a path is refused',
    operations: [{ op: 'remove', path: 'emails[type is "work"]' }],
    outcome: 'invalidFilter',
  },
  {
    title: 'PATCH-36 another operation name is refused',
    operations: [{ op: 'move', path: 'title', value: 'x' }],
    outcome: 'invalidSyntax',
  },
  {
    title: 'PATCH-37 members are left to the store, which knows who exists',
    on: 'group',
    operations: [{ op: 'add', value: { members: [{ value: 'nobody', display: 'N' }] } }],
    outcome: {
      compat: {
        rows: [{ kind: 'add', values: [{ value: 'nobody' }] }],
        warnings: ['read-only-ignored'],
      },
      rfc: { rows: [{ kind: 'add', values: [{ value: 'nobody' }] }] },
      interop: 'invalidSyntax',
    },
  },
  ...(['False', 'false', 0] as const).map((value): Row => ({
    title: `PATCH-38 active ${JSON.stringify(value)} is a boolean in compat only`,
    operations: [{ op: 'Replace', path: 'active', value }],
    outcome: {
      compat: { active: false, warnings: ['value-coerced'] },
      rfc: 'invalidValue',
      interop: 'invalidValue',
    },
  })),
  {
    title: 'PATCH-38 active wrapped in an array and an object is unwrapped in compat only',
    operations: [{ op: 'Replace', path: 'active', value: [{ $ref: null, value: 'False' }] }],
    outcome: { compat: { active: false }, rfc: 'invalidValue', interop: 'invalidValue' },
  },
  ...(['u3', [{ value: 'u3', $ref: '../Users/u3' }]] as const).map((value): Row => ({
    title: `PATCH-39 manager as ${JSON.stringify(value)} is read in compat only`,
    operations: [{ op: 'Add', path: `${enterprise}:manager`, value }],
    outcome: {
      compat: { [enterprise]: { department: 'Sales', manager: { value: 'u3' } } },
      rfc: 'invalidValue',
      interop: 'invalidValue',
    },
  })),
  {
    title: 'PATCH-39 manager without prefix is found in compat only',
    operations: [{ op: 'Add', path: 'manager', value: { value: 'u3' } }],
    outcome: {
      compat: { [enterprise]: { department: 'Sales', manager: { value: 'u3' } } },
      rfc: 'invalidPath',
      interop: 'invalidSyntax',
    },
  },
  {
    title: 'PATCH-39 an empty manager clears it',
    operations: [{ op: 'Replace', path: `${enterprise}:manager`, value: '' }],
    outcome: { [enterprise]: { department: 'Sales' } },
  },
  {
    title: 'PATCH-39 nobody is their own manager',
    operations: [{ op: 'Replace', path: `${enterprise}:manager`, value: { value: 'u1' } }],
    outcome: 'invalidValue',
  },
  {
    title: 'PATCH-39 the same manager again changes nothing and keeps what was derived',
    operations: [{ op: 'replace', path: `${enterprise}:manager.value`, value: 'u2' }],
    outcome: { changed: false, [enterprise]: user[enterprise] },
  },
  {
    title: 'PATCH-40 schemas are computed by the server',
    operations: [{ op: 'replace', path: 'schemas', value: ['urn:x'] }],
    outcome: { changed: false, warnings: ['read-only-ignored'] },
  },
  {
    title: 'PATCH-5 an address is the same one whether primary or not',
    operations: [
      { op: 'add', path: 'addresses', value: [{ locality: 'Quito', type: 'work' }] },
      { op: 'add', path: 'addresses', value: [{ locality: 'quito', type: 'work', primary: true }] },
    ],
    outcome: { addresses: [{ locality: 'quito', type: 'work', primary: true }] },
  },
  {
    title: 'PATCH-11 a filter that contradicts itself creates nothing',
    operations: [
      { op: 'add', path: 'emails[type eq "other" and type eq "home"].value', value: 'o@x' },
    ],
    outcome: 'noTarget',
  },
  {
    title: 'PATCH-17 a bracket inside an operand does not end the value filter',
    operations: [
      { op: 'add', path: 'emails', value: [{ value: 'a]b' }] },
      { op: 'remove', path: 'emails[value eq "a]b"]' },
    ],
    outcome: noOp,
  },
  {
    title: 'PATCH-20 a listed value is dropped whatever else is said about it',
    operations: [{ op: 'remove', path: 'emails', value: [{ value: home.value, type: 'other' }] }],
    outcome: { emails: [work] },
  },
  {
    title: 'PATCH-26 a value beside the removal of an extension means nothing',
    operations: [{ op: 'remove', path: enterprise, value: { department: 'Sales' } }],
    outcome: { [enterprise]: undefined },
  },
  {
    title: 'PATCH-28 members have no sub-attribute to set or remove',
    on: 'group',
    operations: [{ op: 'replace', path: 'members.value', value: 'b' }],
    outcome: 'mutability',
  },
  {
    title: 'PATCH-28 the type of a member is not removed',
    on: 'group',
    operations: [{ op: 'remove', path: 'members[value eq "a"].type' }],
    outcome: 'mutability',
  },
  {
    title: 'PATCH-34 a name inside a value that reaches a prototype is refused',
    operations: [{ op: 'replace', path: 'name', value: { constructor: 'x' } }],
    outcome: 'invalidPath',
  },
  {
    title: 'PATCH-40 schemas are not removed',
    operations: [{ op: 'remove', path: 'schemas' }],
    outcome: 'mutability',
  },
  {
    title: 'RFC7644-3.5.2 later operations see the result of earlier ones',
    operations: [
      { op: 'remove', path: 'emails' },
      { op: 'add', path: 'emails', value: [{ value: 'n@x', type: 'work' }] },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'm@x' },
    ],
    outcome: { emails: [{ value: 'm@x', type: 'work' }] },
  },
]

function isPerProfile(outcome: Row['outcome']): outcome is Readonly<Record<Profile, Outcome>> {
  return typeof outcome === 'object' && 'compat' in outcome
}

/** The part of an outcome that a row says something about. */
function comparable(actual: Outcome, expected: Outcome): Outcome {
  if (typeof expected === 'string' || typeof actual === 'string') return actual
  return Object.fromEntries(Object.keys(expected).map((name) => [name, actual[name]]))
}

describe.each(profiles)('%s', (profile) => {
  test.each(rows.map((row) => ({ ...row, name: row.title })))('$name', (row) => {
    const expected = isPerProfile(row.outcome) ? row.outcome[profile] : row.outcome
    expect(comparable(outcomeOf(row, profile), expected)).toEqual(expected)
  })
})

test.each([
  ['compat', 'ignore'],
  ['rfc', 'noTarget'],
  ['interop', 'noTarget'],
] as const)(
  'PATCH-21 %s: removing an absent member by filter ends in %s',
  (profile, whenNoMatch) => {
    const operations = [{ op: 'remove', path: 'members[value eq "x"]' }]
    const [operation] = run(groups, group, operations, profile).rowOperations
    expect(operation).toMatchObject({ kind: 'remove-matching', whenNoMatch, attribute: 'members' })
  },
)

test('RFC7644-3.5.2 operations on members keep their order', () => {
  const operations = [
    { op: 'remove', path: 'members[value eq "a"]' },
    { op: 'add', path: 'members', value: [{ value: 'b', display: 'B' }] },
  ]
  const kinds = run(groups, group, operations, 'compat').rowOperations.map((each) => each.kind)
  expect(kinds).toEqual(['remove-matching', 'add'])
})

test('RFC7644-3.5.2 a refused PATCH leaves the resource as it was', () => {
  const before = JSON.stringify(user)
  const operations = [
    { op: 'replace', path: 'title', value: 'X' },
    { op: 'remove', path: 'userName' },
  ]
  expect(() => run(users, user, operations, 'compat')).toThrow(ScimError)
  expect(JSON.stringify(user)).toBe(before)
})
