import { type Kysely, sql } from 'kysely'

/** Endpoints that are told what directories say, as Security Event Tokens. RFC 9967. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table webhook_endpoints
      add column format text not null default 'webhook',
      add constraint webhook_endpoints_format_known check (format in ('webhook', 'scim-events')),
      add constraint webhook_endpoints_scim_events_all check (format = 'webhook' or event_types is null)`.execute(
    db,
  )
}
