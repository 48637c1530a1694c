import type { WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { loadRuleSet } from '../mapping/rule-set-store.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { addPeople, requireAdded } from './add-people.ts'
import type { PersonDraft } from './person-plan.ts'

/**
 * Makes a member who may come in at once, without an invitation: a host vouches for whom it adds; people do so where
 * the workspace's policy lets them set passwords. Answers the id; throws `creation-not-allowed`, a `PersonRefusalCode`.
 */
export async function createMember(trx: WorkspaceTransaction, draft: PersonDraft): Promise<string> {
  const actor = await requirePermission(trx, 'members:manage')
  if (actor.kind === 'member') {
    const { policies } = await loadRuleSet(trx)
    if (policies.passwords !== 'admins') throw new TeamError('creation-not-allowed')
  }
  return requireAdded(await addPeople(trx, [draft], 'manual'))
}

/**
 * Whether the actor may set the password of somebody new. Throws `password-not-allowed` where people come in by single
 * sign-on or set their own, and `permission-missing`.
 */
export async function requirePasswordPolicy(trx: WorkspaceTransaction): Promise<void> {
  const { policies } = await loadRuleSet(trx)
  if (policies.ssoRequired || policies.passwords !== 'admins') {
    throw new TeamError('password-not-allowed')
  }
  await requirePermission(trx, 'passwords:set')
}
