import type { HandoverRuleKind, WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { recordChanges } from '../history/record-change.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import type { HandoverRule } from './plan-handover.ts'

/** A rule as people see it. */
export interface HandoverRuleView {
  /** Null is whatever belongs to no department, or to one without a rule. */
  department: { id: string; name: string } | null
  kind: HandoverRuleKind
  /** The named backup. */
  member: { id: string; displayName: string } | null
}

/** All rules, by department. */
export async function listHandoverRules(trx: WorkspaceTransaction): Promise<HandoverRuleView[]> {
  const rows = await trx.query
    .selectFrom('handover_rules as r')
    .leftJoin('departments as d', (join) =>
      join.onRef('d.workspace_id', '=', 'r.workspace_id').onRef('d.id', '=', 'r.department_id'),
    )
    .leftJoin('members as m', (join) =>
      join.onRef('m.workspace_id', '=', 'r.workspace_id').onRef('m.id', '=', 'r.member_id'),
    )
    .select(['r.department_id', 'd.name', 'r.kind', 'r.member_id', 'm.display_name'])
    .where('r.workspace_id', '=', trx.workspaceId)
    .orderBy('d.name_key')
    .execute()
  return rows.map((row) => ({
    department: row.department_id === null ? null : { id: row.department_id, name: row.name ?? '' },
    kind: row.kind,
    member:
      row.member_id === null ? null : { id: row.member_id, displayName: row.display_name ?? '' },
  }))
}

/**
 * Replaces all rules. Throws `permission-missing`, `department-unknown`, and `member-not-found` for a backup who is
 * nobody.
 */
export async function saveHandoverRules(
  trx: WorkspaceTransaction,
  rules: readonly HandoverRule[],
): Promise<void> {
  await requirePermission(trx, 'departments:manage')
  const before = await listHandoverRules(trx)
  await requireKnown(trx, rules)
  await trx.query.deleteFrom('handover_rules').where('workspace_id', '=', trx.workspaceId).execute()
  if (rules.length > 0) {
    await trx.query
      .insertInto('handover_rules')
      .values(
        rules.map(({ departmentId, kind, memberId }) => ({
          workspace_id: trx.workspaceId,
          department_id: departmentId,
          kind,
          member_id: memberId,
        })),
      )
      .execute()
  }
  await recordChanges(trx, [
    {
      action: 'handover_rules.changed',
      subject: { kind: 'workspace', id: trx.workspaceId },
      before: describe(before),
      after: describe(await listHandoverRules(trx)),
    },
  ])
}

async function requireKnown(
  trx: WorkspaceTransaction,
  rules: readonly HandoverRule[],
): Promise<void> {
  for (const { departmentId, memberId } of rules) {
    if (departmentId !== null) {
      const found = await trx.query
        .selectFrom('departments')
        .select('id')
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', departmentId)
        .where('retired_at', 'is', null)
        .executeTakeFirst()
      if (found === undefined) throw new TeamError('department-unknown', departmentId)
    }
    if (memberId !== null) {
      const found = await trx.query
        .selectFrom('members')
        .select('id')
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', memberId)
        .where('is_listed', '=', true)
        .executeTakeFirst()
      if (found === undefined) throw new TeamError('member-not-found', memberId)
    }
  }
}

function describe(views: readonly HandoverRuleView[]): Record<string, unknown> {
  return {
    rules: views.map(({ department, kind, member }) => ({
      department: department?.name ?? null,
      kind,
      memberId: member?.id ?? null,
    })),
  }
}
