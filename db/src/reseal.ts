import { type RawBuilder, sql } from 'kysely'

import type { Database } from './database.ts'
import { createId } from './ids.ts'
import { createSealer, sealingKeyId } from './sealer.ts'
import { inInstallation, inWorkspace } from './transaction.ts'

/** A column that holds sealed secrets, and where they say that they are. */
interface SealedColumn {
  table: string
  column: string
  place: string
}

const ofInstallation: readonly SealedColumn[] = [
  ['host_clients', 'sealed_secret'],
  ['signing_keys', 'sealed_private_jwk'],
  ['webhook_endpoints', 'sealed_secret'],
].map(([table = '', column = '']) => ({ table, column, place: `${table}.${column}` }))

/** A secret that was replaced says where it was sealed. */
const replacedWebhookSecret: SealedColumn = {
  table: 'webhook_endpoints',
  column: 'former_sealed_secret',
  place: 'webhook_endpoints.sealed_secret',
}

const ofWorkspaces: readonly SealedColumn[] = [
  ['sso_connections', 'sealed_client_secret'],
  ['saml_keys', 'sealed_private_key'],
].map(([table = '', column = '']) => ({ table, column, place: `${table}.${column}` }))

/** Runs one statement of a transaction. */
type Run = <Row>(statement: RawBuilder<Row>) => Promise<readonly Row[]>

/**
 * Seals anew, under `secret`, whatever was sealed under the former one; what lives for a day or less is left to expire.
 * May be repeated, and run beside replicas that open both. Answers how many secrets.
 */
export async function resealSecrets(
  db: Database,
  secret: string,
  formerSecret: string,
): Promise<number> {
  const sealer = createSealer(secret, formerSecret)
  const former = `v1.${sealingKeyId(formerSecret)}.%`

  async function reseal({ table, column, place }: SealedColumn, run: Run): Promise<number> {
    const [from, named] = [sql.table(table), sql.ref(column)]
    const rows = await run(
      sql<{
        sealed: string
      }>`select ${named} as sealed from ${from} where ${named} like ${former} for update`,
    )
    for (const { sealed } of rows) {
      const anew = sealer.seal(sealer.open(sealed, place), place)
      await run(sql`update ${from} set ${named} = ${anew} where ${named} = ${sealed}`)
    }
    return rows.length
  }

  let count = await inInstallation(db, async (query) => {
    const run: Run = async (statement) => (await statement.execute(query)).rows
    let done = 0
    for (const each of [...ofInstallation, replacedWebhookSecret]) done += await reseal(each, run)
    return done
  })
  const workspaces = await db.query.selectFrom('workspaces').select('id').execute()
  const actor = { kind: 'system', id: null, requestId: createId() } as const
  for (const { id } of workspaces) {
    count += await inWorkspace(db, id, actor, async ({ query }) => {
      const run: Run = async (statement) => (await statement.execute(query)).rows
      let done = 0
      for (const each of ofWorkspaces) done += await reseal(each, run)
      return done
    })
  }
  return count
}
