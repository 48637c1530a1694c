import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createGroup, createUser, patch } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'

const directorySize = 5_000
/** What all requests of a round read when each row is found by its own index; a whole table is thousands. */
const fewRows = 300

describe.each(testEngines)('a directory that arrives in an empty workspace on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient
  let groupId: string

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    // It comes after a minute, and is not waited for.
    await sql`
      do $$ declare name text; begin
        for name in select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
          execute format('alter table %I set (autovacuum_enabled = off)', name);
        end loop;
      end $$`.execute(scim.db.owner)
    client = await scim.connect()
    groupId = (await createGroup(client)).id
  })
  afterAll(() => scim.close())

  /** One of each request that a directory arrives with. */
  async function sendRound(): Promise<void> {
    const userName = `${createId()}@acme.example`
    const filter = encodeURIComponent(`userName eq "${userName}"`)
    await client.request('GET', `/Users?filter=${filter}`)
    const { id } = await createUser(client, {
      userName,
      externalId: createId(),
      emails: [{ value: userName, type: 'work', primary: true }],
    })
    await client.request('GET', `/Users/${id}`)
    await client.request('GET', `/Users?filter=${filter}`)
    await patch(client, `/Users/${id}`, { op: 'replace', path: 'active', value: false })
    const add = { op: 'add', path: 'members', value: [{ value: id }] }
    expect((await patch(client, `/Groups/${groupId}`, add)).status).toBeLessThan(300)
  }

  async function rowsRead(): Promise<number> {
    // Every session tells what it counted with the end of a statement, of which there is one for each.
    const sessions = engine === 'postgres' ? 5 : 1
    await Promise.all(
      Array.from({ length: sessions }, () =>
        sql`select pg_stat_force_next_flush(), pg_sleep(0.1)`.execute(scim.db.query),
      ),
    )
    const { rows } = await sql<{ read: number }>`
      select sum(coalesce(seq_tup_read, 0) + coalesce(i.read, 0))::int as read
      from pg_stat_user_tables t
      left join (select relid, sum(idx_tup_read) as read from pg_stat_user_indexes group by 1) i using (relid)
      where t.relname in ('directory_users', 'directory_user_emails', 'directory_groups', 'directory_group_members',
        'members', 'member_holds', 'grants')`.execute(scim.db.owner)
    return rows[0]?.read ?? NaN
  }

  async function fillDirectory(): Promise<void> {
    const pairs = Array.from({ length: directorySize }, () => [createId(), createId()] as const)
    const userIds = pairs.map(([userId]) => userId)
    const memberIds = pairs.map(([, memberId]) => memberId)
    const { workspace, connectionId } = client
    await sql`
      with made as materialized (
        select * from unnest(${userIds}::uuid[], ${memberIds}::uuid[]) as made (user_id, member_id)
      ), users as (
        insert into directory_users
          (workspace_id, connection_id, id, user_name, user_name_key, external_id, active, resource)
        select ${workspace.id}::uuid, ${connectionId}::uuid, user_id, user_id::text, user_id::text, user_id::text, true,
          jsonb_build_object('userName', user_id::text, 'active', true)
        from made
      ), mails as (
        insert into directory_user_emails (workspace_id, user_id, ordinal, type, value, value_key, is_primary)
        select ${workspace.id}::uuid, user_id, 0, 'work', user_id::text, user_id::text, true from made
      ), joined as (
        insert into directory_group_members (workspace_id, group_id, user_id)
        select ${workspace.id}::uuid, ${groupId}::uuid, user_id from made
      )
      insert into members (workspace_id, id, source, directory_user_id, email, email_key, display_name, display_key,
        search_key, state, no_role_reason, conversation_access, access_valid_from)
      select ${workspace.id}::uuid, member_id, 'directory', user_id, user_id::text, user_id::text, user_id::text,
        user_id::text, user_id::text, 'active', 'no_grant', 'own', 'epoch'
      from made`.execute(scim.db.owner)
  }

  test('has its rows read by their own index moments later, whatever was planned while it was empty', async () => {
    for (let round = 0; round < 8; round += 1) await sendRound()
    await fillDirectory()
    await expect
      .poll(
        async () => {
          const before = await rowsRead()
          await sendRound()
          return (await rowsRead()) - before
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBeLessThan(fewRows)
  })
})
