import { type Kysely, sql } from 'kysely'

/** OpenID connections that sign instead of telling a secret, and that sign people out at their identity provider. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sso_connections drop constraint sso_connections_client_set`.execute(db)
  await sql`
    alter table sso_connections
      add column single_logout boolean not null default false,
      add constraint sso_connections_client_set check (
        num_nonnulls(client_id, id_token_algorithm) = case kind when 'oidc' then 2 else 0 end
        and (sealed_client_secret is null or kind = 'oidc')),
      add constraint sso_connections_logout_of_oidc check (kind = 'oidc' or not single_logout)`.execute(
    db,
  )
}
