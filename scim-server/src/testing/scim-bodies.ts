import { createId } from '@plantel/db'

import type { ScimClient, ScimResponse } from './scim-installation.ts'

/** URNs as clients write them. */
export const urns = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  bulk: 'urn:ietf:params:scim:api:messages:2.0:BulkRequest',
  search: 'urn:ietf:params:scim:api:messages:2.0:SearchRequest',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
} as const

/** A name that no other test uses. */
export function freshName(prefix: string): string {
  return `${prefix}-${createId().slice(-12)}`
}

/** Creates a user with a fresh name; throws the answer when it is not 201. */
export async function createUser(
  client: ScimClient,
  attributes: Record<string, unknown> = {},
): Promise<ScimResponse> {
  return require201(
    await client.request('POST', '/Users', {
      schemas: [urns.user],
      userName: `${freshName('user')}@acme.example`,
      ...attributes,
    }),
  )
}

/** Creates a group with a fresh name and these members. */
export async function createGroup(
  client: ScimClient,
  memberIds: readonly string[] = [],
  attributes: Record<string, unknown> = {},
): Promise<ScimResponse> {
  return require201(
    await client.request('POST', '/Groups', {
      schemas: [urns.group],
      displayName: freshName('Group'),
      members: memberIds.map((value) => ({ value })),
      ...attributes,
    }),
  )
}

/** Sends a PATCH with these operations. */
export function patch(
  client: ScimClient,
  path: string,
  ...Operations: readonly unknown[]
): Promise<ScimResponse> {
  return client.request('PATCH', path, { schemas: [urns.patch], Operations })
}

/** The ids of a group's members, in order. */
export async function memberIds(client: ScimClient, groupId: string): Promise<string[]> {
  const { body } = await client.request('GET', `/Groups/${groupId}`)
  const members = (body['members'] ?? []) as { value: string }[]
  return members.map(({ value }) => value)
}

/** Lists by filter; answers `totalResults` and the ids of the page. */
export async function findIds(
  client: ScimClient,
  collection: string,
  filter: string,
): Promise<string[]> {
  const { body } = await client.request('GET', `${collection}?filter=${encodeURIComponent(filter)}`)
  const found = (body['Resources'] as { id: string }[]).map(({ id }) => id)
  if (body['totalResults'] !== found.length) throw new Error('totalResults differs from the page')
  return found
}

function require201(response: ScimResponse): ScimResponse {
  if (response.status !== 201) throw new Error(`${response.status} ${response.text}`)
  return response
}
