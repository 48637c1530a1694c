import { type Kysely, sql } from 'kysely'

/** People who are asked in by mail, workspaces that change hands, and how their mails and pages look. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table workspaces add column brand jsonb`.execute(db)
  await sql`
    update workspaces set policies =
      jsonb_build_object('invitationDays', 7, 'ssoRequired', false) || policies`.execute(db)
  await invitations(db)
  await ownershipTransfers(db)
}

async function invitations(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table invitations (
      workspace_id uuid not null,
      id uuid not null,
      member_id uuid not null,
      generation integer not null default 1,
      state text not null default 'open',
      gives jsonb,
      message text,
      invited_by uuid,
      expires_at timestamptz not null,
      delivery text not null default 'queued',
      delivery_error text,
      delivered_at timestamptz,
      created_at timestamptz not null default now(),
      closed_at timestamptz,
      primary key (workspace_id, id),
      constraint invitations_id_unique unique (id),
      constraint invitations_member_exists foreign key (workspace_id, member_id)
        references members (workspace_id, id) on delete cascade,
      constraint invitations_inviter_exists foreign key (workspace_id, invited_by)
        references members (workspace_id, id) on delete set null (invited_by),
      constraint invitations_generation_positive check (generation > 0),
      constraint invitations_state_known check (state in ('open', 'accepted', 'cancelled', 'expired')),
      constraint invitations_gives_set check ((state = 'expired') = (gives is not null)),
      constraint invitations_closed_at_set check ((state = 'open') = (closed_at is null)),
      constraint invitations_delivery_known check (delivery in ('queued', 'sent', 'failed')),
      constraint invitations_delivered_at_set check ((delivery = 'sent') = (delivered_at is not null))
    )`.execute(db)
  await sql`create unique index invitations_one_open on invitations (workspace_id, member_id) where state = 'open'`.execute(
    db,
  )
  await sql`create index invitations_by_member on invitations (workspace_id, member_id, id)`.execute(
    db,
  )
  await sql`create index invitations_by_inviter on invitations (workspace_id, invited_by) where invited_by is not null`.execute(
    db,
  )
  await sql`create index invitations_by_expiry on invitations (expires_at) where state = 'open'`.execute(
    db,
  )
  await sql`create index invitations_by_time on invitations (workspace_id, created_at)`.execute(db)
  await protect(db, 'invitations')
  await sql`
    create function find_invitation(invitation uuid) returns uuid
    language sql stable security definer set search_path = public, pg_temp as
    $$ select i.workspace_id from invitations i where i.id = invitation $$`.execute(db)
  await sql`
    create function workspaces_with_expired_invitations(batch integer) returns setof uuid
    language sql stable security definer set search_path = public, pg_temp as $$
      select distinct due.workspace_id from (
        select i.workspace_id from invitations i
        where i.state = 'open' and i.expires_at <= now() order by i.expires_at limit batch
      ) due $$`.execute(db)
}

async function ownershipTransfers(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ownership_transfers (
      workspace_id uuid not null,
      id uuid not null,
      from_member_id uuid not null,
      to_member_id uuid not null,
      former_owner_role_id uuid not null,
      state text not null default 'open',
      from_confirmed_at timestamptz,
      to_confirmed_at timestamptz,
      from_delivery text not null default 'queued',
      from_delivery_error text,
      to_delivery text not null default 'queued',
      to_delivery_error text,
      expires_at timestamptz not null,
      created_at timestamptz not null default now(),
      closed_at timestamptz,
      primary key (workspace_id, id),
      constraint ownership_transfers_id_unique unique (id),
      constraint ownership_transfers_from_exists foreign key (workspace_id, from_member_id)
        references members (workspace_id, id) on delete cascade,
      constraint ownership_transfers_to_exists foreign key (workspace_id, to_member_id)
        references members (workspace_id, id) on delete cascade,
      constraint ownership_transfers_role_exists foreign key (workspace_id, former_owner_role_id)
        references roles (workspace_id, id) on delete cascade,
      constraint ownership_transfers_two_people check (from_member_id <> to_member_id),
      constraint ownership_transfers_state_known check (state in ('open', 'completed', 'cancelled')),
      constraint ownership_transfers_closed_at_set check ((state = 'open') = (closed_at is null)),
      constraint ownership_transfers_delivery_known check (
        from_delivery in ('queued', 'sent', 'failed') and to_delivery in ('queued', 'sent', 'failed'))
    )`.execute(db)
  await sql`create unique index ownership_transfers_one_open on ownership_transfers (workspace_id, from_member_id) where state = 'open'`.execute(
    db,
  )
  await protect(db, 'ownership_transfers')
  await sql`
    create function find_ownership_transfer(transfer uuid) returns uuid
    language sql stable security definer set search_path = public, pg_temp as
    $$ select t.workspace_id from ownership_transfers t where t.id = transfer $$`.execute(db)
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
