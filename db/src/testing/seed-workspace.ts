import type { Kysely } from 'kysely'

import { createId } from '../ids.ts'
import type { Schema } from '../schema/index.ts'

/** Inserts a host and an empty workspace of it as the owner of the tables; returns the workspace's id. */
export async function seedWorkspace(owner: Kysely<Schema>): Promise<string> {
  const hostId = createId()
  const id = createId()
  await owner
    .insertInto('hosts')
    .values({ id: hostId, name: `host ${hostId}`, allowed_origins: [] })
    .execute()
  await owner
    .insertInto('workspaces')
    .values({
      id,
      host_id: hostId,
      slug: id,
      name: 'Acme',
      preset: 'inbox',
      locale: 'en',
      time_zone: 'UTC',
      seats: null,
      policies: JSON.stringify({ localRoles: 'locked', adoption: 'review', welcomeMail: false }),
    })
    .execute()
  return id
}
