import type { WorkspaceTransaction } from '@plantel/db'
import { recordChanges, TeamError } from '@plantel/team'
import { sql } from 'kysely'

import { hashPassword } from '../passwords/password-hash.ts'
import { createRecoveryCode, printRecoveryCode } from './recovery-code.ts'

const codesPerMember = 10

/** Codes that are made but not yet anybody's. */
export interface NewRecoveryCodes {
  /** To be shown once. */
  plain: string[]
  rows: { selector: string; hash: string }[]
}

/** Before the transaction: hashing takes a while. */
export async function createRecoveryCodes(): Promise<NewRecoveryCodes> {
  const bySelector = new Map<string, string>()
  while (bySelector.size < codesPerMember) {
    const { selector, secret } = createRecoveryCode()
    bySelector.set(selector, secret)
  }
  const codes = [...bySelector].map(([selector, secret]) => ({ selector, secret }))
  return {
    plain: codes.map(printRecoveryCode),
    rows: await Promise.all(
      codes.map(async ({ selector, secret }) => ({ selector, hash: await hashPassword(secret) })),
    ),
  }
}

/** Gives a break-glass owner these codes in place of all others; throws `member-not-found`, answers false for anybody else. */
export async function replaceRecoveryCodes(
  trx: WorkspaceTransaction,
  memberId: string,
  { rows }: NewRecoveryCodes,
): Promise<boolean> {
  const { query, workspaceId } = trx
  const member = await query
    .selectFrom('members')
    .select('break_glass')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', memberId)
    .where(sql<boolean>`is_listed`)
    .forUpdate()
    .executeTakeFirst()
  if (member === undefined) throw new TeamError('member-not-found')
  if (!member.break_glass) return false
  await query
    .deleteFrom('recovery_codes')
    .where('workspace_id', '=', workspaceId)
    .where('member_id', '=', memberId)
    .execute()
  await query
    .insertInto('recovery_codes')
    .values(
      rows.map((row) => ({
        workspace_id: workspaceId,
        member_id: memberId,
        ...row,
        used_at: null,
      })),
    )
    .execute()
  await record(trx, 'member.recovery_codes_made', memberId)
  return true
}

/** An unused code of a break-glass owner, by the part that finds it. */
export async function findRecoveryCode(
  { query, workspaceId }: WorkspaceTransaction,
  emailKey: string,
  selector: string,
): Promise<{ memberId: string; hash: string } | undefined> {
  const row = await query
    .selectFrom('recovery_codes as code')
    .innerJoin('members as member', (join) =>
      join
        .onRef('member.workspace_id', '=', 'code.workspace_id')
        .onRef('member.id', '=', 'code.member_id'),
    )
    .select(['code.member_id', 'code.hash'])
    .where('code.workspace_id', '=', workspaceId)
    .where('code.selector', '=', selector)
    .where('code.used_at', 'is', null)
    .where('member.email_key', '=', emailKey)
    .where('member.break_glass', '=', true)
    .where(sql<boolean>`member.is_listed`)
    .executeTakeFirst()
  return row && { memberId: row.member_id, hash: row.hash }
}

/** Of any number of uses at once one gets through. */
export async function useRecoveryCode(
  trx: WorkspaceTransaction,
  memberId: string,
  selector: string,
): Promise<boolean> {
  const used = await trx.query
    .updateTable('recovery_codes')
    .set({ used_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', memberId)
    .where('selector', '=', selector)
    .where('used_at', 'is', null)
    .returning('selector')
    .executeTakeFirst()
  if (used === undefined) return false
  await record(trx, 'member.recovery_code_used', memberId)
  return true
}

async function record(trx: WorkspaceTransaction, action: string, memberId: string): Promise<void> {
  const subject = { kind: 'member', id: memberId } as const
  await recordChanges(trx, [{ action, subject, before: null, after: null }])
}
