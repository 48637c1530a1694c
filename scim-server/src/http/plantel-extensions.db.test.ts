import { testEngines } from '@plantel/db/testing'
import { saveMappingRules } from '@plantel/team'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createGroup, createUser, findIds, patch, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'

const ofUser = 'urn:ietf:params:scim:schemas:extension:plantel:2.0:User'
const ofGroup = 'urn:ietf:params:scim:schemas:extension:plantel:2.0:Group'

describe.each(testEngines)("Plantel's extensions on %s", (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
  })
  afterAll(() => scim.close())

  const warningsOf = async (answer: ScimResponse): Promise<unknown> =>
    client.inWorkspace(async (trx) => {
      const row = await trx.query
        .selectFrom('scim_requests')
        .select('warnings')
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', answer.headers.get('x-request-id') ?? '')
        .executeTakeFirstOrThrow()
      return row.warnings
    })

  test('what a directory asserts is stored and found as it was sent', async () => {
    const asserted = { workspaceRole: 'agent', departments: ['Sales, EMEA', 'Support'] }
    const { id, body } = await createUser(client, { [ofUser]: asserted })
    expect(body[ofUser]).toEqual(asserted)
    expect(body['schemas']).toEqual([urns.user, ofUser])
    expect(await findIds(client, '/Users', `${ofUser}:departments eq "support"`)).toContain(id)
    expect(await findIds(client, '/Users', `${ofUser}:workspaceRole eq "AGENT"`)).toContain(id)
    const removed = await patch(
      client,
      `/Users/${id}`,
      { op: 'remove', path: `${ofUser}:departments[value eq "Sales, EMEA"]` },
      { op: 'remove', path: `${ofUser}:workspaceRole` },
    )
    expect(removed.body[ofUser]).toEqual({ departments: ['Support'] })
  })

  test.each([
    { value: 'Sales; Support,,Billing ' },
    { value: [{ $ref: null, value: 'Sales;Support;Billing' }] },
  ])('compat takes $value for several departments, and says so', async ({ value }) => {
    const { id } = await createUser(client)
    const path = `${ofUser}:departments`
    const answer = await patch(client, `/Users/${id}`, { op: 'Add', path, value })
    expect(answer.body[ofUser]).toEqual({ departments: ['Sales', 'Support', 'Billing'] })
    expect(await warningsOf(answer)).toContainEqual({ code: 'value-coerced', subject: path })
    const fewer = await patch(client, `/Users/${id}`, {
      op: 'Remove',
      path,
      value: 'Sales;Billing',
    })
    expect(fewer.body[ofUser]).toEqual({ departments: ['Support'] })
  })

  test.each(['rfc', 'interop'] as const)('%s takes a list for a list', async (profile) => {
    const strict = await scim.connect({ profile })
    const { id } = await createUser(strict)
    const replace = { op: 'replace', path: `${ofUser}:channels`, value: 'whatsapp;email' }
    expect(await patch(strict, `/Users/${id}`, replace)).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    })
  })

  test('a role that the workspace lacks is kept and named, or refused by interop', async () => {
    const created = await createUser(client, { [ofUser]: { workspaceRole: 'wizard' } })
    expect(await warningsOf(created)).toEqual([
      { code: 'unknown-role', subject: `${ofUser}:workspaceRole` },
    ])
    const strict = await scim.connect({ profile: 'interop' })
    const { id } = await createUser(strict)
    const replace = { op: 'replace', path: `${ofUser}:workspaceRole`, value: 'wizard' }
    expect(await patch(strict, `/Users/${id}`, replace)).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    })
  })

  test('what the workspace made of it is shown on request, and found', async () => {
    const own = await scim.connect()
    const { id } = await createUser(own, { [ofUser]: { departments: ['Sales'] } })
    const nobody = await createUser(own)
    const group = await createGroup(own, [id])
    await own.inWorkspace((trx) =>
      saveMappingRules(trx, own.connectionId, [
        {
          when: { kind: 'group', group: { id: group.id } },
          role: 'agent',
          departments: ['Support'],
          channels: ['whatsapp'],
        },
      ]),
    )
    const path = `/Users/${id}`
    const usual = await own.request('GET', path)
    expect(usual.body[ofUser]).toEqual({ departments: ['Sales'] })
    const asked = await own.request('GET', `${path}?attributes=${ofUser}:effectiveRole,groups`)
    expect(asked.body[ofUser]).toEqual({ effectiveRole: 'agent' })
    const listed = await own.request(
      'GET',
      `/Users?attributes=effectiveDepartments&filter=id eq "${id}"`,
    )
    expect(listed.body['Resources']).toEqual([
      {
        schemas: [urns.user, ofUser],
        id,
        [ofUser]: { effectiveDepartments: ['Support'] },
      },
    ])
    expect(await findIds(own, '/Users', `${ofUser}:effectiveRole eq "agent"`)).toEqual([id])
    expect(await findIds(own, '/Users', `${ofUser}:effectiveDepartments eq "SUPPORT"`)).toEqual([
      id,
    ])
    expect(await findIds(own, '/Users', `not (${ofUser}:effectiveRole pr)`)).toEqual([nobody.id])

    const mapped = await own.request('GET', `/Groups/${group.id}?attributes=${ofGroup}:mappings`)
    expect(mapped.body).toEqual({
      schemas: [urns.group, ofGroup],
      id: group.id,
      [ofGroup]: {
        mappings: [
          { value: 'whatsapp', type: 'channel' },
          { value: 'Support', type: 'department' },
          { value: 'agent', type: 'role' },
        ],
      },
    })
    expect(mapped.headers.get('etag')).toBe(
      usualTag(await own.request('GET', `/Groups/${group.id}`)),
    )
    const byRole = `${ofGroup}:mappings[type eq "role" and value eq "agent"]`
    expect(await findIds(own, '/Groups', byRole)).toEqual([group.id])
    expect((await own.request('GET', `/Groups/${group.id}`)).body).not.toHaveProperty(ofGroup)
  })

  test('it can be read, not written', async () => {
    const { id } = await createUser(client)
    const set = { op: 'replace', path: `${ofUser}:effectiveRole`, value: 'agent' }
    const readOnly = { status: 400, body: { scimType: 'mutability' } }
    expect(await patch(client, `/Users/${id}`, set)).toMatchObject(readOnly)
    const sent = await createUser(client, { [ofUser]: { effectiveRole: 'owner' } })
    expect(sent.body).not.toHaveProperty(ofUser)
    expect(await warningsOf(sent)).toEqual([
      { code: 'read-only-ignored', subject: `${ofUser}:effectiveRole` },
    ])
    const group = await createGroup(client)
    const map = {
      op: 'add',
      path: `${ofGroup}:mappings`,
      value: [{ value: 'owner', type: 'role' }],
    }
    expect(await patch(client, `/Groups/${group.id}`, map)).toMatchObject(readOnly)
  })
})

function usualTag({ headers }: ScimResponse): string | null {
  return headers.get('etag')
}
