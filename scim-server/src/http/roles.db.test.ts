import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createUser, freshName, patch, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'

const draft = 'urn:ietf:params:scim:schemas:core:2.0:Role'
const okta = 'urn:okta:scim:schemas:core:1.0:Role'

interface Role {
  readonly id: string
  readonly value: string
  readonly supported: boolean
}
const give = (value: string): object => ({ op: 'replace', path: 'roles', value: [{ value }] })
const rolesOf = ({ body }: ScimResponse): readonly Role[] => body['Resources'] as readonly Role[]

describe.each(testEngines)('roles on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient
  let keys: string[]

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
    const rows = await client.inWorkspace((trx) =>
      trx.query
        .selectFrom('roles')
        .select('key')
        .where('workspace_id', '=', trx.workspaceId)
        .execute(),
    )
    keys = rows.map(({ key }) => key).toSorted((a, b) => (a < b ? -1 : 1))
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

  test('the workspace lists its roles, of which a directory gives all but ownership', async () => {
    const list = await client.request('GET', '/Roles')
    expect(rolesOf(list).map(({ id }) => id)).toEqual(keys)
    for (const { id, value, supported } of rolesOf(list)) {
      expect(value).toBe(id)
      expect(supported).toBe(id !== 'owner')
    }
    const role = await client.request('GET', `/Roles/${keys[0]}`)
    expect(role.body).toEqual({
      schemas: [draft],
      id: keys[0],
      value: keys[0],
      display: expect.any(String),
      displayName: role.body['display'],
      supported: true,
      meta: { resourceType: 'Role', location: `${client.baseUrl}/Roles/${keys[0]}` },
    })
    expect(await client.request('GET', '/Roles/nobody')).toMatchObject({ status: 404 })
    expect(await client.request('POST', '/Roles', {})).toMatchObject({ status: 405 })
    const anonymous = { authorization: '' }
    expect(await client.request('GET', '/Roles', undefined, anonymous)).toMatchObject({
      status: 401,
    })
  })

  test('they are filtered, projected and paged like everything else', async () => {
    const owner = await client.request(
      'GET',
      '/Roles?filter=supported%20eq%20false&attributes=value',
    )
    expect(owner.body).toMatchObject({ totalResults: 1 })
    expect(rolesOf(owner)).toEqual([{ schemas: [draft], id: 'owner', value: 'owner' }])
    const second = await client.request('GET', '/Roles?startIndex=2&count=1')
    expect(second.body).toMatchObject({ totalResults: keys.length, startIndex: 2 })
    expect(rolesOf(second).map(({ id }) => id)).toEqual([keys[1]])
    const found: string[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: ScimResponse = await client.request('GET', `/Roles?count=1&cursor=${cursor}`)
      found.push(...rolesOf(page).map(({ id }) => id))
      cursor = page.body['nextCursor'] as string | undefined
    }
    expect(found).toEqual(keys)
  })

  test('Okta finds them under its own URN', async () => {
    const own = await scim.connect({ idp: 'okta' })
    const types = await own.request('GET', '/ResourceTypes')
    expect(types.body['Resources']).toContainEqual(
      expect.objectContaining({ id: 'Role', endpoint: '/Roles', schema: okta }),
    )
    const [first] = rolesOf(await own.request('GET', '/Roles'))
    expect(first).toMatchObject({ schemas: [okta], displayName: expect.any(String) })
    expect(await own.request('GET', `/Schemas/${okta}`)).toMatchObject({ status: 200 })
  })

  test('only who has a token reads their keys in the schema of users', async () => {
    const path = `/Schemas/${urns.user}`
    const canonicalOf = async (headers: Record<string, string>): Promise<unknown> => {
      const { body } = await client.request('GET', path, undefined, headers)
      const attributes = body['attributes'] as { name: string; subAttributes?: object[] }[]
      const roles = attributes.find(({ name }) => name === 'roles')
      return Reflect.get(roles?.subAttributes?.[0] ?? {}, 'canonicalValues')
    }
    expect(await canonicalOf({})).toEqual(keys.filter((key) => key !== 'owner'))
    expect(await canonicalOf({ authorization: '' })).toBeUndefined()
    const wrong = { authorization: 'Bearer nothing' }
    expect(await client.request('GET', path, undefined, wrong)).toMatchObject({ status: 401 })
  })

  test('a role that the workspace lacks is kept and named, once', async () => {
    const unknown = { code: 'unknown-role', subject: 'roles' }
    const created = await createUser(client, { roles: [{ value: 'wizard' }] })
    expect(created.body['roles']).toEqual([{ value: 'wizard' }])
    expect(await warningsOf(created)).toEqual([unknown])
    const path = `/Users/${created.id}`
    const rename = { op: 'replace', path: 'title', value: 'T' }
    expect(await warningsOf(await patch(client, path, rename))).toEqual([])
    const known = await patch(client, path, give((keys[0] ?? '').toUpperCase()))
    expect(await warningsOf(known)).toEqual([])
    expect(await warningsOf(await patch(client, path, give('owner')))).toEqual([unknown])
  })

  test('interop refuses it', async () => {
    const strict = await scim.connect({ profile: 'interop' })
    const body = { schemas: [urns.user], userName: freshName('u'), roles: [{ value: 'wizard' }] }
    expect(await strict.request('POST', '/Users', body)).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    })
    await createUser(strict, { roles: [{ value: keys[0] }] })
  })
})
