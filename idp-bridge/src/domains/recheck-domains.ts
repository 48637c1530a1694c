import { type Database, inWorkspace, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { systemActor } from '../system-actor.ts'
import { noteRecord, takeDueDomain } from './domain-store.ts'
import type { TxtResolver } from './txt-resolver.ts'

/** Small enough that slow name servers don't hold up what else must be swept. */
const batchSize = 50

/**
 * Looks again for the records of verified domains, each once a day and on one replica: a domain can be sold. Answers how
 * many were looked at. Who does not answer says nothing, and is asked again in an hour.
 */
export async function recheckDomains(db: Database, resolveTxt: TxtResolver): Promise<number> {
  const { rows } = await sql<{ workspace_id: string; domain: string }>`
    select workspace_id, domain from due_domains(${batchSize}::integer)`.execute(db.query)
  let done = 0
  for (const { workspace_id: workspaceId, domain } of rows) {
    const within = <T>(work: (trx: WorkspaceTransaction) => Promise<T>): Promise<T> =>
      inWorkspace(db, workspaceId, systemActor(), work)
    const record = await within((trx) => takeDueDomain(trx, domain))
    if (record === undefined) continue
    const found = await resolveTxt(record.name).catch(() => undefined)
    if (found === undefined) continue
    await within((trx) => noteRecord(trx, domain, found.includes(record.value)))
    done += 1
  }
  return done
}
