import { testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createGroup, createUser, findIds } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'

async function page(
  client: ScimClient,
  startIndex: number,
  count: number,
  filter = '',
): Promise<{ ids: string[]; total: unknown; startIndex: unknown }> {
  const { body } = await client.request(
    'GET',
    `/Users?startIndex=${startIndex}&count=${count}${filter === '' ? '' : `&filter=${encodeURIComponent(filter)}`}`,
  )
  const ids = (body['Resources'] as { id: string }[]).map(({ id }) => id)
  return { ids, total: body['totalResults'], startIndex: body['startIndex'] }
}

describe.each(testEngines)('index pages on %s', (engine) => {
  let scim: ScimInstallation

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
  })
  afterAll(() => scim.close())

  it.each(['', 'active eq true'])('join without a gap, filtered by "%s"', async (filter) => {
    const client = await scim.connect()
    const users: string[] = []
    for (let index = 0; index < 7; index += 1) users.push((await createUser(client)).id)
    const pages = [
      await page(client, 1, 3, filter),
      await page(client, 4, 3, filter),
      await page(client, 7, 3, filter),
    ]
    expect(pages.flatMap(({ ids }) => ids)).toEqual(users)
    expect(pages.map(({ total }) => total)).toEqual([7, 7, 7])
    expect(pages.map(({ startIndex }) => startIndex)).toEqual([1, 4, 7])
    // On the other replica nobody has read the pages before.
    expect((await page(client.otherReplica, 4, 3, filter)).ids).toEqual(users.slice(3, 6))
    expect((await page(client, 10, 3, filter)).ids).toEqual([])
  })

  it('leave nobody out when somebody on the page before is deleted meanwhile', async () => {
    const client = await scim.connect()
    const users: string[] = []
    for (let index = 0; index < 5; index += 1) users.push((await createUser(client)).id)
    expect((await page(client, 1, 2)).ids).toEqual(users.slice(0, 2))
    await client.request('DELETE', `/Users/${users[0]}`)
    expect(await page(client, 3, 2)).toEqual({ ids: users.slice(2, 4), total: 4, startIndex: 3 })
  })

  it('count what is there, while others come and go on every replica', async () => {
    const client = await scim.connect()
    const came = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        createUser(index % 2 === 0 ? client : client.otherReplica),
      ),
    )
    const [group] = await Promise.all([
      createGroup(client),
      ...came
        .slice(0, 10)
        .map(({ id }, index) =>
          (index % 2 === 0 ? client : client.otherReplica).request('DELETE', `/Users/${id}`),
        ),
    ])
    expect((await page(client, 1, 1)).total).toBe(14)
    await client.inWorkspace(({ query, workspaceId }) =>
      sql`select compact_directory_counts(${workspaceId})`.execute(query),
    )
    expect((await page(client, 1, 1)).total).toBe(14)
    const groups = (): Promise<unknown> =>
      client.request('GET', '/Groups?count=0').then(({ body }) => body['totalResults'])
    expect(await groups()).toBe(1)
    await client.request('DELETE', `/Groups/${group.id}`)
    expect(await groups()).toBe(0)
  })

  it('find parts of names, whatever the letters mean to a search', async () => {
    const client = await scim.connect()
    const { id: percent } = await createUser(client, { displayName: 'Ana 100%_of\\\\it Ruiz' })
    const { id: plain } = await createUser(client, { displayName: 'Ana 1000 of it Ruiz' })
    expect(await findIds(client, '/Users', 'displayName co "100%"')).toEqual([percent])
    expect(await findIds(client, '/Users', 'displayName co "%_of"')).toEqual([percent])
    expect(await findIds(client, '/Users', 'displayName co "00%_of\\\\\\\\it"')).toEqual([percent])
    expect(await findIds(client, '/Users', 'displayName ew "IT RUIZ"')).toEqual([percent, plain])
    expect(await findIds(client, '/Users', 'displayName ew "of it"')).toEqual([])
    expect(await findIds(client, '/Users', 'not (displayName co "1000")')).toEqual([percent])
    expect(await findIds(client, '/Users', 'displayName sw "ana 1000"')).toEqual([plain])
  })
})
