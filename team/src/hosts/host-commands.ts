import { createId, isUniqueViolation, type Schema } from '@plantel/db'
import type { Transaction } from 'kysely'

import { TeamError } from '../errors.ts'

/** Registers an inbox product; throws `host-name-taken`. */
export async function createHost(
  query: Transaction<Schema>,
  draft: { name: string; allowedOrigins: readonly string[] },
): Promise<{ id: string }> {
  const id = createId()
  try {
    await query
      .insertInto('hosts')
      .values({ id, name: draft.name, allowed_origins: [...draft.allowedOrigins] })
      .execute()
  } catch (error) {
    if (isUniqueViolation(error, 'hosts_name_unique')) {
      throw new TeamError('host-name-taken', draft.name, { cause: error })
    }
    throw error
  }
  return { id }
}

/** Replaces the origins whose pages may call the Team API; throws `host-not-found`. */
export async function setAllowedOrigins(
  query: Transaction<Schema>,
  hostId: string,
  origins: readonly string[],
): Promise<void> {
  const { numUpdatedRows } = await query
    .updateTable('hosts')
    .set({ allowed_origins: [...origins] })
    .where('id', '=', hostId)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new TeamError('host-not-found', hostId)
}
