import type { SsoProvisioning, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { RetiredValue } from './rule-set-store.ts'

const kinds = ['role', 'department', 'channel'] as const

/** Marks it as retired, and leads everything that named it elsewhere, rules apart. */
export async function writeRetired(trx: WorkspaceTransaction, value: RetiredValue): Promise<void> {
  switch (value.kind) {
    case 'role':
      return retireRole(trx, value)
    case 'department':
      return retireDepartment(trx, value)
    case 'channel':
      return retireChannel(trx, value)
    default:
      value.kind satisfies never
  }
}

async function retireRole(
  trx: WorkspaceTransaction,
  { id, key, successorId }: RetiredValue,
): Promise<void> {
  const { query, workspaceId } = trx
  await renameInProvisioning(trx, key, successorId)
  await query
    .updateTable('scim_connections')
    .set({ default_role_id: successorId })
    .where('workspace_id', '=', workspaceId)
    .where('default_role_id', '=', id)
    .execute()
  await sql`
    update ownership_transfers set former_owner_role_id = ${successorId}
    where workspace_id = ${workspaceId} and former_owner_role_id = ${id}`.execute(query)
  await query
    .updateTable('roles')
    .set({
      grantable_role_keys: sql<string[]>`array_remove(grantable_role_keys, ${key})`,
      version: sql<string>`version + 1`,
    })
    .where('workspace_id', '=', workspaceId)
    .where(sql<boolean>`${key} = any(grantable_role_keys)`)
    .execute()
  await query
    .updateTable('roles')
    .set({ successor_id: successorId })
    .where('workspace_id', '=', workspaceId)
    .where('successor_id', '=', id)
    .execute()
  await query
    .updateTable('roles')
    .set({ retired_at: sql<Date>`clock_timestamp()`, successor_id: successorId })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

/** Sign-ins give roles by key: one that comes to have the key is another role. */
async function renameInProvisioning(
  { query, workspaceId }: WorkspaceTransaction,
  key: string | null,
  successorId: string | null,
): Promise<void> {
  const successor = await query
    .selectFrom('roles')
    .select('key')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', successorId)
    .executeTakeFirst()
  if (successor === undefined) return
  const connections = await query
    .selectFrom('sso_connections')
    .select(['id', 'provisioning'])
    .where('workspace_id', '=', workspaceId)
    .where('provisioning', 'is not', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  const instead = (role: string): string => (role === key ? successor.key : role)
  for (const { id, provisioning } of connections) {
    if (provisioning === null) continue
    const { defaultRole, roles, ...rest } = provisioning
    const renamed: SsoProvisioning = {
      ...rest,
      defaultRole: defaultRole === null ? null : instead(defaultRole),
      ...(roles && { roles: roles.map(({ value, role }) => ({ value, role: instead(role) })) }),
    }
    await query
      .updateTable('sso_connections')
      .set({ provisioning: JSON.stringify(renamed) })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .execute()
  }
}

async function retireDepartment(
  { query, workspaceId }: WorkspaceTransaction,
  { id, successorId, isMerged }: RetiredValue,
): Promise<void> {
  await query
    .deleteFrom('handover_rules')
    .where('workspace_id', '=', workspaceId)
    .where('department_id', '=', id)
    .execute()
  await query
    .updateTable('departments')
    .set({
      successor_id: successorId,
      is_merged: sql<boolean>`is_merged and ${isMerged}::boolean`,
    })
    .where('workspace_id', '=', workspaceId)
    .where('successor_id', '=', id)
    .execute()
  await query
    .updateTable('departments')
    .set({
      retired_at: sql<Date>`clock_timestamp()`,
      successor_id: successorId,
      is_merged: isMerged,
      is_default: false,
    })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

async function retireChannel(
  { query, workspaceId }: WorkspaceTransaction,
  { id }: RetiredValue,
): Promise<void> {
  await query
    .deleteFrom('department_channels')
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', id)
    .execute()
  await query
    .updateTable('channels')
    .set({ retired_at: sql<Date>`clock_timestamp()` })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

/** Deletes what is retired and nobody has any more. Nobody can get it again, so there is nothing to wait for. */
export async function dropRetired({ query, workspaceId }: WorkspaceTransaction): Promise<void> {
  for (const kind of kinds) {
    await sql`
      delete from ${sql.table(`${kind}s`)} v
      where v.workspace_id = ${workspaceId} and v.retired_at is not null
        and not exists (select from grants held
          where held.workspace_id = ${workspaceId} and held.${sql.ref(`${kind}_id`)} = v.id)`.execute(
      query,
    )
  }
}

/** Whether all of these can be given still. */
export async function areOffered(
  { query, workspaceId }: WorkspaceTransaction,
  values: readonly { kind: string; valueId: string | null }[],
): Promise<boolean> {
  for (const kind of kinds) {
    const ids = new Set(values.flatMap((value) => (value.kind === kind ? [value.valueId] : [])))
    if (ids.size === 0) continue
    const { rows } = await sql`
      select from ${sql.table(`${kind}s`)} v
      where v.workspace_id = ${workspaceId} and v.id = any(${[...ids]}::uuid[]) and v.retired_at is null`.execute(
      query,
    )
    if (rows.length < ids.size) return false
  }
  return true
}
