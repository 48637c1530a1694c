import { existsSync, readFileSync } from 'node:fs'

import { readRecordings } from './recording.ts'

/** Something that a provisioning client really does. */
export interface ClientHabit {
  readonly row: number
  readonly client: string
  readonly habit: string
  /** Where it is proven, unless a recording or a test says `row <n>`. */
  readonly provenBy?: { readonly file: string; readonly says: string }
}

const http = 'scim-server/src/http'
const concurrency = 'scim-server/src/resources/concurrency.db.test.ts'

/** The habits that a `compat` connection answers as their clients expect. */
export const clientHabits: readonly ClientHabit[] = [
  habit(1, 'Entra ID', 'capitalised operations, booleans as text'),
  habit(2, 'Entra ID', 'a value wrapped in an array of one'),
  habit(3, 'Entra ID', 'dotted and URN keys in an operation without path'),
  habit(4, 'Entra ID', 'a flag in the tenant URL'),
  habit(5, 'Entra ID', 'a filtered path that creates its element'),
  habit(6, 'Entra ID', 'a manager as plain text'),
  habit(7, 'Entra ID', 'a manager in an array, under an unqualified path'),
  habit(8, 'Entra ID', 'an empty text that removes the manager'),
  habit(9, 'Entra ID', 'asks whether a user has a certain manager'),
  habit(10, 'Entra ID', '`primary` as text, in bodies and in filters of paths'),
  habit(11, 'Entra ID', 'a role as JSON inside a text'),
  habit(12, 'Entra ID', 'nulls and members that are no attributes'),
  habit(13, 'Entra ID', 'a schema URN of a group that nobody publishes'),
  habit(14, 'Entra ID', 'removes members by a list of values'),
  habit(15, 'Entra ID, Okta', 'removes a member by filter, also one who is none'),
  habit(16, 'Entra ID', 'adds several members with `$ref: null`'),
  habit(17, 'Entra ID', 'changes one group in parallel', {
    file: concurrency,
    says: '40 additions to one group keep 40 members',
  }),
  habit(18, 'Entra ID', 'reads groups without their members'),
  habit(19, 'Entra ID', 'tests the connection by looking for nobody'),
  habit(20, 'Entra ID', 'matches by externalId, work address and userName in another case'),
  habit(21, 'Entra ID', 'deactivates, deletes later, creates again'),
  habit(22, 'Entra ID', 'creates users and groups that there are'),
  habit(23, 'Entra ID', 'expects application/scim+json and values as they were sent', {
    file: 'test/providers/providers.db.test.ts',
    says: "mediaType: response.text === '' ? null : 'application/scim+json'",
  }),
  habit(24, 'Entra ID’s validator', 'several operations on one attribute, a second DELETE'),
  habit(25, 'Entra ID’s validator', 'no operations at all'),
  habit(26, 'Entra ID', 'refuses schemas with nulls or with `display` of emails', {
    file: 'scim-server/src/schemas/published.test.ts',
    says: 'emails have a canonical type and no display',
  }),
  habit(27, 'Okta', 'looks people up with startIndex and count'),
  habit(28, 'Okta', 'sends groups, a random password and a charset'),
  habit(29, 'Okta', 'activates and deactivates without path'),
  habit(30, 'Okta', 'sends the body of a GET back by PUT'),
  habit(31, 'Okta', 'does everything by PUT in custom applications'),
  habit(32, 'Okta', 'renames a group without path, with its id'),
  habit(33, 'Okta', 'removes and adds members in one request'),
  habit(34, 'Okta', 'pushes all members, or none'),
  habit(35, 'Okta', 'sends one stale member among valid ones'),
  habit(36, 'Okta', 'never deletes users: a fresh POST restores'),
  habit(37, 'Okta', 'tests a wrong token'),
  habit(38, 'Okta', 'looks for roles among the resource types'),
  habit(39, 'OneLogin', 'sends URNs of older drafts and empty queries'),
  habit(40, 'OneLogin', 'users by PUT, membership by PATCH'),
  habit(41, 'JumpCloud', 'adds the same member again; creates and deletes a test user'),
  habit(42, 'JumpCloud', 'removes members by a list of values'),
  habit(43, 'Ping', 'looks up by `emails eq`, marks two emails primary'),
  habit(44, 'SailPoint', 'adds what is there in order to replace it'),
  habit(45, 'SailPoint', 'waits as long as it is told', {
    file: `${http}/rate-limit.db.test.ts`,
    says: 'after the seconds of Retry-After a request passes again',
  }),
  habit(46, 'Rippling', 'retries a POST'),
  habit(47, 'Google Workspace', 'deletes somebody who is active'),
  habit(48, 'Google', 'takes a 404 for “deleted”: a method that is not offered is 405'),
  habit(49, 'WSO2', 'adds members without path'),
  habit(50, 'Oracle IDCS', 'nothing on record: whatever the RFC says', {
    file: 'test/conformance/rfc7644-patch.ts',
    says: 'RFC7644-3.5.2-01',
  }),
  habit(51, 'all', 'names with apostrophes, plus signs and Unicode; shared addresses'),
  habit(52, 'all', 'adds what is there: nothing moves'),
  habit(53, 'all', 'reads back only whom it provisioned'),
]

function habit(
  row: number,
  client: string,
  text: string,
  provenBy?: ClientHabit['provenBy'],
): ClientHabit {
  return { row, client, habit: text, ...(provenBy === undefined ? {} : { provenBy }) }
}

const repository = new URL('../../', import.meta.url)
const shapes = `${http}/provider-shapes.db.test.ts`

/** The files in which a habit is proven; a file that was renamed proves nothing. */
export function evidenceOf({ row, provenBy }: ClientHabit): readonly string[] {
  const mark = new RegExp(`\\brow ${row}\\b`)
  const recorded = readRecordings()
    .filter(({ exchanges }) => exchanges.some(({ about }) => mark.test(about)))
    .map(({ name }) => `test/providers/${name}`)
  const tested = new RegExp(`row ${row} |'${row} `).test(textOf(shapes)) ? [shapes] : []
  const named =
    provenBy !== undefined && textOf(provenBy.file).includes(provenBy.says) ? [provenBy.file] : []
  return [...recorded, ...tested, ...named]
}

function textOf(file: string): string {
  const url = new URL(file, repository)
  return existsSync(url) ? readFileSync(url, 'utf8') : ''
}
