import type { TxtResolver } from '@plantel/idp-bridge'

import { adoptionOperations } from '../host-api/adoption-operations.ts'
import { rebindingOperations } from '../host-api/rebinding-operations.ts'
import { scimConnectionOperations } from '../host-api/scim-connection-operations.ts'
import { scimCredentialOperations } from '../host-api/scim-credential-operations.ts'
import type { SsoDependencies } from '../host-api/sso-connection-edit-operations.ts'
import { ssoConnectionOperations } from '../host-api/sso-connection-operations.ts'
import { ssoDomainOperations } from '../host-api/sso-domain-operations.ts'
import { ssoPeopleOperations } from '../host-api/sso-people-operations.ts'
import type { Operation } from '../operations/operation.ts'
import { byPermission } from './by-permission.ts'
import type { TeamCaller } from './team-edge.ts'

/** What the screen about the directory and sign-in is built on. */
export interface DirectoryDependencies extends SsoDependencies {
  resolveTxt: TxtResolver
}

/**
 * The directory and sign-in as a workspace's own administrators see them. Connections are made and moved by the host:
 * whoever chooses the identity provider could come in as anybody, and so could an administrator as the owner.
 */
export function directoryOperations(deps: DirectoryDependencies): readonly Operation<TeamCaller>[] {
  return byPermission(
    'directory:manage',
    [
      ...scimConnectionOperations(deps.publicUrl),
      ...adoptionOperations,
      ...rebindingOperations,
      ...scimCredentialOperations(deps.allowPrivateNetwork),
      ...ssoConnectionOperations(deps),
      ...ssoDomainOperations(deps.resolveTxt),
      ...ssoPeopleOperations,
    ],
    [
      'listScimConnections',
      'readScimConnection',
      'pauseScimConnection',
      'resumeScimConnection',
      'listScimRequests',
      'listPendingAdoptions',
      'decideAdoption',
      'listOfferedRebindings',
      'confirmRebinding',
      'listScimTokens',
      'createScimToken',
      'revokeScimToken',
      'listSsoConnections',
      'getSsoConnection',
      'listDomains',
      'claimDomain',
      'verifyDomain',
      'deleteDomain',
      'listSignInRefusals',
    ],
  )
}
