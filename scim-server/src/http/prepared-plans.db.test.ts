import { testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createGroup, createUser, findIds, freshName, patch, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'

/** After five plans a connection compares; with tables that grow from nothing it takes a few more to be sure. */
const warmRounds = 30

describe.runIf(testEngines.includes('postgres'))('prepared statements on postgres', () => {
  let scim: ScimInstallation

  beforeAll(async () => {
    scim = await startScimInstallation('postgres')
  })
  afterAll(() => scim.close())

  it('are planned once for all values, whatever a directory sends over and over', async () => {
    const client = await scim.connect({ defaultRole: 'agent' })
    await fill(scim, client)
    for (let round = 0; round < warmRounds; round += 1) await sync(client)
    const before = await customPlans(client)
    for (let round = 0; round < 5; round += 1) await sync(client)
    const after = await customPlans(client)
    expect(after.size).toBeGreaterThan(20)
    const planned = [...after].filter(([text, plans]) => plans !== (before.get(text) ?? 0))
    expect(planned).toEqual([])
  })
})

/** Everything that a directory does to a user, once. */
async function sync(client: ScimClient): Promise<void> {
  const name = freshName('sync')
  const user = await createUser(client, { emails: [{ value: `${name}@acme.example` }] })
  const group = await createGroup(client)
  await client.request('GET', `/Users/${user.id}`)
  await findIds(client, '/Users', `userName eq "${name}"`)
  await findIds(client, '/Users', `emails.value eq "${name}@acme.example"`)
  await patch(client, `/Groups/${group.id}`, {
    op: 'add',
    path: 'members',
    value: [{ value: user.id }],
  })
  await patch(client, `/Users/${user.id}`, { op: 'replace', path: 'active', value: false })
  await client.request('PUT', `/Users/${user.id}`, {
    schemas: [urns.user],
    userName: name,
    emails: [{ value: `other-${name}@acme.example` }],
  })
}

/** How often each prepared statement was planned for its values. */
async function customPlans(client: ScimClient): Promise<Map<string, number>> {
  return client.inWorkspace(async (trx) => {
    const { rows } = await sql<{ statement: string; plans: number }>`
      select statement, custom_plans::integer as plans from pg_prepared_statements
      where generic_plans + custom_plans > 0`.execute(trx.query)
    return new Map(rows.map(({ statement, plans }) => [statement, plans]))
  })
}

/** With so many rows that a plan for one value looks cheaper than one for any. */
async function fill({ db }: ScimInstallation, client: ScimClient): Promise<void> {
  const { id } = await createUser(client)
  await sql`
    insert into directory_users (workspace_id, connection_id, id, user_name, user_name_key, active, resource)
    select u.workspace_id, u.connection_id, gen_random_uuid(), 'n' || n, 'n' || n, true, u.resource
    from directory_users u, generate_series(1, 5000) n where u.id = ${id}`.execute(db.owner)
  await sql`
    insert into members (workspace_id, id, source, directory_user_id, display_name, display_key, search_key, state,
      no_role_reason, conversation_access, access_valid_from)
    select u.workspace_id, gen_random_uuid(), 'directory', u.id, u.user_name, u.user_name, u.user_name, 'active',
      'no_grant', 'own', 'epoch'
    from directory_users u where u.user_name like 'n%'`.execute(db.owner)
  for (const table of ['directory_users', 'members']) {
    await sql`analyze ${sql.table(table)}`.execute(db.owner)
  }
}
