import { TeamError } from '../errors.ts'
import { fold } from '../fold.ts'
import type { NamedRole, RuleSet } from '../mapping/rule-set-store.ts'
import { refusalOfRole, type TeamActor } from './member-guard.ts'

/** A role that the actor may give, by id or key. Throws `role-unknown` and `role-not-grantable`. */
export function findGrantableRole(rules: RuleSet, wanted: string, actor: TeamActor): NamedRole {
  const role = [...rules.roles.values()].find(({ id, key }) => id === wanted || key === wanted)
  if (role === undefined) throw new TeamError('role-unknown', wanted)
  const refusal = refusalOfRole(actor, role.key)
  if (refusal !== undefined) throw new TeamError(refusal)
  return role
}

/** The department's id, by id or name. Throws `department-unknown`. */
export function findDepartment(rules: RuleSet, wanted: string): string {
  const found =
    rules.departments.get(wanted) ??
    [...rules.departments.values()].find(({ name }) => fold(name) === fold(wanted))
  if (found === undefined) throw new TeamError('department-unknown', wanted)
  return found.id
}

/** The channel's id, by id or key. Throws `channel-unknown`. */
export function findChannel(rules: RuleSet, wanted: string): string {
  const found = [...rules.channels.values()].find(({ id, key }) => id === wanted || key === wanted)
  if (found === undefined) throw new TeamError('channel-unknown', wanted)
  return found.id
}
