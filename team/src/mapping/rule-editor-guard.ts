import type { WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { refusalOfRole, refusalOfSupervisor, type TeamActor } from '../members/member-guard.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import type { MappingRule } from './mapping-rule.ts'
import type { RuleSet } from './rule-set-store.ts'

/** Who edits rules. Throws `permission-missing` for a member whose role does not let them. */
export async function requireRuleEditor(trx: WorkspaceTransaction): Promise<TeamActor> {
  // What is set up for a directory, over its own connection, is the host's doing.
  if (trx.actor.kind === 'directory') return { kind: 'host' }
  return requirePermission(trx, 'directory:manage')
}

/** Nobody gives by a rule what they may not give by hand. Throws `role-not-grantable` and `permission-missing`. */
export function assertMayGive(
  actor: TeamActor,
  written: readonly MappingRule[],
  rules: RuleSet,
): void {
  for (const { gives, named } of written) {
    const given = new Set(gives.map(({ valueId }) => valueId))
    const roles = [...rules.roles.values()].filter(
      (role) => given.has(role.id) || (named.includes('role') && !role.isOwner),
    )
    const refused = roles.find((role) => refusalOfRole(actor, role.key) !== undefined)
    if (refused !== undefined) throw new TeamError('role-not-grantable', refused.name)
    const refusal = gives.some(({ kind }) => kind === 'supervisor')
      ? refusalOfSupervisor(actor)
      : undefined
    if (refusal !== undefined) throw new TeamError(refusal, 'conversations:all')
  }
}
