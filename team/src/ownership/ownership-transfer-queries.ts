import {
  type Database,
  isId,
  type MailDelivery,
  readInWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

import { systemActor } from '../history/system-actor.ts'
import { readWorkspaceSign, type WorkspaceSign } from '../workspaces/workspace-queries.ts'
import type { OwnershipLink, OwnershipParty } from './ownership-token.ts'

interface Person {
  id: string
  displayName: string
  email: string | null
  /** BCP 47. */
  language: string | null
}

/** A transfer as its mails and its page show it. */
export interface OwnershipTransfer {
  id: string
  state: 'open' | 'completed' | 'cancelled' | 'expired'
  from: Person & { hasConfirmed: boolean; delivery: Delivery }
  to: Person & { hasConfirmed: boolean; delivery: Delivery }
  /** What the owner becomes. */
  formerOwnerRole: { key: string; name: string }
  createdAt: Date
  expiresAt: Date
}

interface Delivery {
  state: MailDelivery
  error: string | null
}

/** What the page behind a link shows. */
export interface OwnershipTransferPage extends OwnershipTransfer {
  workspaceId: string
  workspace: WorkspaceSign
  /** Whose link it is. */
  party: OwnershipParty
}

/** The workspace that a transfer is about. */
export async function findWorkspaceOfOwnershipTransfer(
  db: Database,
  transferId: string,
): Promise<string | undefined> {
  if (!isId(transferId)) return undefined
  const { rows } = await sql<{ id: string | null }>`
    select find_ownership_transfer(${transferId}) as id`.execute(db.query)
  return rows[0]?.id ?? undefined
}

/** Reads what stands behind a link; undefined when its transfer is gone. */
export async function readOwnershipTransfer(
  db: Database,
  { id, party }: OwnershipLink,
): Promise<OwnershipTransferPage | undefined> {
  const workspaceId = await findWorkspaceOfOwnershipTransfer(db, id)
  if (workspaceId === undefined) return undefined
  return readInWorkspace(db, workspaceId, systemActor(), async (trx) => {
    const transfer = await loadOwnershipTransfer(trx, id)
    const workspace = await readWorkspaceSign(trx)
    if (transfer === undefined || workspace === undefined) return undefined
    return { ...transfer, workspaceId, workspace, party }
  })
}

/** One transfer of the workspace; undefined when it has none of this id. */
export async function loadOwnershipTransfer(
  trx: WorkspaceTransaction,
  id: string,
): Promise<OwnershipTransfer | undefined> {
  if (!isId(id)) return undefined
  const row = await selectTransfers(trx).where('transfer.id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : transferOf(row, trx.now)
}

/** What waits for its two people. */
export async function listOpenOwnershipTransfers(
  trx: WorkspaceTransaction,
): Promise<OwnershipTransfer[]> {
  const rows = await selectTransfers(trx)
    .where('transfer.state', '=', 'open')
    .where('transfer.expires_at', '>', trx.now)
    .orderBy('transfer.id', 'desc')
    .execute()
  return rows.map((row) => transferOf(row, trx.now))
}

/** Notes how far the mail to one of the two has come. */
export async function recordOwnershipDelivery(
  trx: WorkspaceTransaction,
  { id, party }: OwnershipLink,
  delivery: Delivery,
): Promise<void> {
  await trx.query
    .updateTable('ownership_transfers')
    .set(
      party === 'from'
        ? { from_delivery: delivery.state, from_delivery_error: delivery.error }
        : { to_delivery: delivery.state, to_delivery_error: delivery.error },
    )
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .execute()
}

function selectTransfers(trx: WorkspaceTransaction) {
  return trx.query
    .selectFrom('ownership_transfers as transfer')
    .innerJoin('members as giver', (join) =>
      join
        .onRef('giver.workspace_id', '=', 'transfer.workspace_id')
        .onRef('giver.id', '=', 'transfer.from_member_id'),
    )
    .innerJoin('members as taker', (join) =>
      join
        .onRef('taker.workspace_id', '=', 'transfer.workspace_id')
        .onRef('taker.id', '=', 'transfer.to_member_id'),
    )
    .innerJoin('roles as role', (join) =>
      join
        .onRef('role.workspace_id', '=', 'transfer.workspace_id')
        .onRef('role.id', '=', 'transfer.former_owner_role_id'),
    )
    .selectAll('transfer')
    .select([
      'giver.display_name as giver_name',
      'giver.email as giver_email',
      'giver.language as giver_language',
      'taker.display_name as taker_name',
      'taker.email as taker_email',
      'taker.language as taker_language',
      'role.key as role_key',
      'role.name as role_name',
    ])
    .where('transfer.workspace_id', '=', trx.workspaceId)
}

type SelectedRow = Awaited<ReturnType<ReturnType<typeof selectTransfers>['execute']>>[number]

function transferOf(row: SelectedRow, now: Date): OwnershipTransfer {
  return {
    id: row.id,
    state: row.state === 'open' && row.expires_at <= now ? 'expired' : row.state,
    from: {
      id: row.from_member_id,
      displayName: row.giver_name,
      email: row.giver_email,
      language: row.giver_language,
      hasConfirmed: row.from_confirmed_at !== null,
      delivery: { state: row.from_delivery, error: row.from_delivery_error },
    },
    to: {
      id: row.to_member_id,
      displayName: row.taker_name,
      email: row.taker_email,
      language: row.taker_language,
      hasConfirmed: row.to_confirmed_at !== null,
      delivery: { state: row.to_delivery, error: row.to_delivery_error },
    },
    formerOwnerRole: { key: row.role_key, name: row.role_name },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
