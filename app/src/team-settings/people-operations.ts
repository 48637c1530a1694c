import type { Operation } from '../operations/operation.ts'
import type { WorkspaceCaller } from '../operations/workspace-operation.ts'
import { createMemberOperation } from './create-member-operation.ts'
import { type InvitationDependencies, invitationOperations } from './invitation-operations.ts'
import { ownershipOperations } from './ownership-operations.ts'
import type { PasswordDependencies } from './password-dependencies.ts'
import { setPasswordOperation } from './set-password-operation.ts'

/** What adding people is built on. */
export interface PeopleDependencies extends InvitationDependencies {
  passwords: PasswordDependencies
}

/** Who joins a workspace and to whom it belongs, for both APIs. */
export function peopleOperations(deps: PeopleDependencies): readonly Operation<WorkspaceCaller>[] {
  return [
    createMemberOperation(deps.passwords),
    setPasswordOperation(deps.passwords),
    ...invitationOperations(deps),
    ...ownershipOperations,
  ]
}
