import {
  createId,
  isId,
  isUniqueViolation,
  type Schema,
  type WorkspaceTransaction,
} from '@plantel/db'
import {
  detachDirectory,
  lockRules,
  recordChanges,
  reprojectDirectory,
  requireMappableRole,
  requireNoRoleClaims,
  setGroupNamesUnique,
  TeamError,
} from '@plantel/team'
import type { Selectable } from 'kysely'

import { hasUniqueGroupNames } from '../resources/resource-models.ts'
import { ScimConnectionError } from './scim-connection-error.ts'

type ConnectionRow = Selectable<Schema['scim_connections']>

/** How fast a connection may ask: a bucket of `burst` requests that refills evenly. */
export interface ScimRateLimit {
  requestsPerMinute: number
  burst: number
}

/** What may be changed of a SCIM connection; what is absent stays. */
export interface ScimConnectionChange {
  name?: string | undefined
  profile?: ConnectionRow['profile'] | undefined
  patchResponse?: ConnectionRow['patch_response'] | undefined
  /** Key of the role of those to whom no rule gives one; null lists them as without access. */
  defaultRole?: string | null | undefined
  rateLimit?: ScimRateLimit | undefined
}

/** What a new SCIM connection is made of. */
export interface NewScimConnection extends ScimConnectionChange {
  name: string
  idp: ConnectionRow['idp']
  /** A draft takes no requests until it is activated. */
  state?: 'draft' | 'active' | undefined
}

/**
 * Makes a SCIM connection. Throws `active-connection-exists`, because a workspace has at most one active;
 * `directory-beside-claims`, `role-unknown` and `role-not-mappable`.
 */
export async function createScimConnection(
  trx: WorkspaceTransaction,
  connection: NewScimConnection,
): Promise<{ id: string }> {
  const id = createId()
  const state = connection.state ?? 'active'
  if (state === 'active') await requireNoRoleClaims(trx)
  const defaultRoleId = await findDefaultRole(trx, connection.defaultRole ?? null)
  await refusingSecondActive(() =>
    trx.query
      .insertInto('scim_connections')
      .values({
        workspace_id: trx.workspaceId,
        id,
        name: connection.name,
        idp: connection.idp,
        profile: connection.profile ?? 'compat',
        patch_response: connection.patchResponse ?? 'resource',
        state,
        default_role_id: defaultRoleId,
        ...rateColumns(connection.rateLimit),
      })
      .execute(),
  )
  await recordConnection(trx, 'scim_connection.created', id, null, { name: connection.name, state })
  return { id }
}

/**
 * Changes settings. A new default role counts at once for everybody of the directory, and so does a profile that leaves
 * roles to it alone. Throws `connection-not-found`, `role-unknown`, `role-not-mappable`, and `group-name-taken` when a
 * profile with unique group names finds two the same.
 */
export async function updateScimConnection(
  trx: WorkspaceTransaction,
  connectionId: string,
  change: ScimConnectionChange,
): Promise<void> {
  // Before the connection: whoever makes a person holds the rules, and reads the default role only then.
  if (change.defaultRole !== undefined || change.profile !== undefined) await lockRules(trx)
  const before = await lockScimConnection(trx, connectionId)
  const after = {
    name: change.name ?? before.name,
    profile: change.profile ?? before.profile,
    patch_response: change.patchResponse ?? before.patch_response,
    default_role_id:
      change.defaultRole === undefined
        ? before.default_role_id
        : await findDefaultRole(trx, change.defaultRole),
    ...rateColumns(change.rateLimit),
  }
  await trx.query
    .updateTable('scim_connections')
    .set(after)
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', connectionId)
    .execute()
  const unique = hasUniqueGroupNames(after.profile)
  if (unique !== hasUniqueGroupNames(before.profile)) {
    await setGroupNamesUnique(trx, connectionId, unique)
  }
  const isOtherwise =
    after.default_role_id !== before.default_role_id ||
    (after.profile === 'interop') !== (before.profile === 'interop')
  if (isOtherwise) await reprojectDirectory(trx, connectionId)
  await recordConnection(
    trx,
    'scim_connection.changed',
    connectionId,
    settingsOf(before),
    settingsOf({ ...before, ...after }),
  )
}

/**
 * Lets a draft or paused connection take requests; an active one stays so. Throws `connection-not-found`,
 * `active-connection-exists` and `directory-beside-claims`.
 */
export async function activateScimConnection(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<void> {
  // Before the connection, as whoever deletes it.
  await lockRules(trx)
  const row = await lockScimConnection(trx, connectionId)
  if (row.state !== 'active') await requireNoRoleClaims(trx)
  await setState(trx, row, 'active')
}

/**
 * Stops taking requests; people, groups and tokens stay as they are. Throws `connection-not-found`, and
 * `connection-not-activated` for a draft, which takes none anyway.
 */
export async function pauseScimConnection(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<void> {
  const row = await lockScimConnection(trx, connectionId)
  if (row.state === 'draft') throw new ScimConnectionError('connection-not-activated')
  await setState(trx, row, 'paused')
}

/**
 * Deletes a connection with its tokens, request log, mapping rules, directory users and groups. The people stay members
 * in the state they are in, without what the directory gave them. Throws `connection-not-found`.
 */
export async function deleteScimConnection(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<{ members: number }> {
  // Whoever writes people or groups of it holds the rules: they are done, or find it gone.
  await lockRules(trx)
  const row = await lockScimConnection(trx, connectionId)
  const detached = await detachDirectory(trx, connectionId)
  await trx.query
    .deleteFrom('scim_connections')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', connectionId)
    .execute()
  await recordConnection(trx, 'scim_connection.deleted', connectionId, settingsOf(row), null)
  return detached
}

/** Locks a connection, so that two changes of it or of its credentials see each other. Throws `connection-not-found`. */
export async function lockScimConnection(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<ConnectionRow> {
  const row = isId(connectionId)
    ? await trx.query
        .selectFrom('scim_connections')
        .selectAll()
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', connectionId)
        // Who writes rows that belong to it need not wait.
        .forNoKeyUpdate()
        .executeTakeFirst()
    : undefined
  if (row === undefined) throw new TeamError('connection-not-found')
  return row
}

async function setState(
  trx: WorkspaceTransaction,
  row: ConnectionRow,
  state: 'active' | 'paused',
): Promise<void> {
  if (row.state === state) return
  await refusingSecondActive(() =>
    trx.query
      .updateTable('scim_connections')
      .set({ state })
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', row.id)
      .execute(),
  )
  const action = state === 'active' ? 'scim_connection.activated' : 'scim_connection.paused'
  await recordConnection(trx, action, row.id, { state: row.state }, { state })
}

async function refusingSecondActive(write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isUniqueViolation(error, 'scim_connections_one_active')) throw error
    throw new ScimConnectionError('active-connection-exists', { cause: error })
  }
}

async function findDefaultRole(
  trx: WorkspaceTransaction,
  key: string | null,
): Promise<string | null> {
  return key === null ? null : requireMappableRole(trx, key)
}

function rateColumns(limit: ScimRateLimit | undefined): {
  requests_per_minute?: number
  request_burst?: number
} {
  if (limit === undefined) return {}
  return { requests_per_minute: limit.requestsPerMinute, request_burst: limit.burst }
}

function settingsOf(row: ConnectionRow): Record<string, unknown> {
  return {
    name: row.name,
    state: row.state,
    profile: row.profile,
    patchResponse: row.patch_response,
    defaultRoleId: row.default_role_id,
    requestsPerMinute: row.requests_per_minute,
    burst: row.request_burst,
  }
}

async function recordConnection(
  trx: WorkspaceTransaction,
  action: string,
  id: string,
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): Promise<void> {
  const payload = { scimConnection: { id, state: after === null ? 'deleted' : after['state'] } }
  await recordChanges(trx, [
    {
      action,
      subject: { kind: 'scim_connection', id },
      before,
      after,
      event: { type: 'connection.changed', memberId: null, payload },
    },
  ])
}
