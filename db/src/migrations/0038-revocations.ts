import { type Kysely, sql } from 'kysely'

/** Tokens by which identity providers end access, and what became of each ended access. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table seen_security_tokens (
      workspace_id uuid not null,
      connection_id uuid not null,
      token_hash bytea not null,
      expires_at timestamptz not null,
      constraint seen_security_tokens_once primary key (workspace_id, connection_id, token_hash),
      foreign key (workspace_id, connection_id) references sso_connections (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index seen_security_tokens_by_expiry on seen_security_tokens (workspace_id, connection_id, expires_at)`.execute(
    db,
  )
  await protect(db, 'seen_security_tokens')
  await sql`
    create table revocations (
      workspace_id uuid not null,
      member_id uuid not null,
      ended_at timestamptz not null,
      reason text not null,
      connection_id uuid,
      swept_at timestamptz,
      primary key (workspace_id, member_id, ended_at),
      constraint revocations_member_exists foreign key (workspace_id, member_id)
        references members (workspace_id, id) on delete cascade,
      constraint revocations_reason_known check (reason in (
        'suspended', 'removed', 'signed-out', 'single-logout', 'backchannel-logout', 'universal-logout', 'session-revoked'))
    )`.execute(db)
  await protect(db, 'revocations')
  await sql`
    create table revocation_acks (
      workspace_id uuid not null,
      member_id uuid not null,
      ended_at timestamptz not null,
      client_id text not null,
      acknowledged_at timestamptz not null default clock_timestamp(),
      primary key (workspace_id, member_id, ended_at, client_id),
      foreign key (workspace_id, member_id, ended_at) references revocations (workspace_id, member_id, ended_at) on delete cascade
    )`.execute(db)
  await protect(db, 'revocation_acks')
}

/** ENABLE without FORCE, as every table of a workspace. */
async function protect(db: Kysely<unknown>, name: string): Promise<void> {
  const table = sql.table(name)
  await sql`alter table ${table} enable row level security`.execute(db)
  await sql`
    create policy workspace on ${table}
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
}
