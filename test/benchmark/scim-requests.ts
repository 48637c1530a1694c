import { randomUUID } from 'node:crypto'

import { oktaAddMember, type ScimTarget, sendScim } from '../support/scim-client.ts'
import type { BenchmarkDatabase } from './benchmark-database.ts'
import type { LoadRequest } from './http-load.ts'
import type { Dataset } from './scim-dataset.ts'

/** Makes requests of a load for a connection, or for a bare server that takes the same ones at another base URL. */
export type Ask = (method: string, path: string, body?: unknown) => LoadRequest

/** Requests to a base URL with the connection's token. */
export function requestsOf({ token }: ScimTarget, baseUrl: string): Ask {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
  return (method, path, body) => ({
    method,
    url: `${baseUrl}${path}`,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** The path of a filtered list. */
export function filtered(collection: string, filter: string): string {
  return `${collection}?filter=${encodeURIComponent(filter)}`
}

/** One PatchOp with these operations. */
export function patchOf(...Operations: readonly unknown[]): unknown {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }
}

/**
 * Every user is deactivated in one round through all of them and activated in the next: each request changes one. Who
 * shares the users with others toggles every `step`th only, from `first`.
 */
export function nextActivation(
  { size, user }: Dataset,
  number: number,
  { step = 1, first = 0 }: { step?: number; first?: number } = {},
): { path: string; body: unknown } {
  const own = Math.floor(size / step)
  const active = Math.floor(number / own) % 2 === 1
  const body = patchOf({ op: 'replace', path: 'active', value: active })
  return { path: `/Users/${user((number % own) * step + first).id}`, body }
}

/** Adds somebody new to one of the groups with every number; the groups end with the users. */
export function nextMember(
  { size, user }: Dataset,
  groups: readonly string[],
  number: number,
): { path: string; body: unknown } {
  const place = Math.floor(number / groups.length)
  // Who is a member already would be added in no time.
  if (place >= size) throw new Error('Everybody is in every group: ask for fewer seconds.')
  return { path: `/Groups/${groups[number % groups.length]}`, body: oktaAddMember(user(place).id) }
}

/** Makes empty groups that have their names to themselves, one after the other. */
export async function createGroups(scim: ScimTarget, count: number): Promise<string[]> {
  const ids: string[] = []
  const batch = randomUUID()
  for (let number = 0; number < count; number += 1) {
    const { body } = await sendScim(scim, 'POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: `Group ${number} of ${batch}`,
    })
    ids.push(String(body['id']))
  }
  return ids
}

/** Puts the first users of a dataset into groups, as if they had come over SCIM. */
export async function fillGroups(
  { pool }: BenchmarkDatabase,
  groupIds: readonly string[],
  { user }: Dataset,
  members: number,
): Promise<void> {
  for (let start = 0; start < members; start += 50_000) {
    const length = Math.min(50_000, members - start)
    const ids = Array.from({ length }, (_, index) => user(start + index).id)
    for (const groupId of groupIds) {
      await pool.query(
        `insert into directory_group_members (workspace_id, group_id, user_id)
         select g.workspace_id, g.id, u.id from directory_groups g, unnest($2::uuid[]) as u (id) where g.id = $1`,
        [groupId, ids],
      )
    }
  }
  await pool.query('update directory_groups set member_count = $2 where id = any($1::uuid[])', [
    groupIds,
    members,
  ])
  await pool.query('vacuum (analyze) directory_group_members')
  // Else the disk would be busy with these pages while commits wait for it.
  await pool.query('checkpoint')
}
