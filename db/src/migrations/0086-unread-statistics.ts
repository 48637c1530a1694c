import { type Kysely, sql } from 'kysely'

/** Columns that no condition looks at: no plan depends on what is in them. */
const columns = {
  audit_entries: ['before', 'after', 'content_salt', 'content_digest'],
  audit_seals: ['chain_hash'],
  directory_groups: ['resource'],
  directory_users: ['resource'],
  events: ['payload'],
  handovers: ['plan'],
  jobs: ['input', 'checkpoint'],
  member_import_rows: ['cells'],
  provider_artifacts: ['payload'],
  scim_requests: ['warnings', 'details'],
  sessions: ['data'],
}

/** Documents and hashes are most of what ANALYZE reads and all of what it sorts slowly. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, names] of Object.entries(columns)) {
    const changes = names.map((name) => sql`alter column ${sql.ref(name)} set statistics 0`)
    await sql`alter table ${sql.table(table)} ${sql.join(changes)}`.execute(db)
  }
}
