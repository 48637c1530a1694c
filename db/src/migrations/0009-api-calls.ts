import { type Kysely, sql } from 'kysely'

/** What host keys may do, and answers that are repeated instead of made again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Keys that are there by now may do everything.
  await sql`
    alter table host_keys
      add column scopes text[] not null default '{read,write,tokens,keys}',
      add constraint host_keys_scopes_known check (scopes <@ '{read,write,tokens,keys}' and cardinality(scopes) > 0)`.execute(
    db,
  )
  await sql`alter table host_keys alter column scopes drop default`.execute(db)
  // Of a host or a member, whose id is all that says whose it is: written in the same transaction as what was done.
  await sql`
    create table idempotency_keys (
      caller_id uuid not null,
      key_hash bytea not null,
      claim_id uuid not null,
      request_hash bytea not null,
      sealed_answer text,
      created_at timestamptz not null default now(),
      primary key (caller_id, key_hash)
    )`.execute(db)
  await sql`create index idempotency_keys_by_age on idempotency_keys (created_at)`.execute(db)
}
