import { createTxtResolver, type IdpBridge } from '@plantel/idp-bridge'

import { exportOperation } from '../csv/export-operation.ts'
import { importOperations } from '../csv/import-operations.ts'
import { handoverOperations } from '../handover/handover-operations.ts'
import { auditOperations } from '../history/audit-operations.ts'
import { bulkActionOperations } from '../jobs/bulk-action-operations.ts'
import { jobOperations } from '../jobs/job-operations.ts'
import { hostMemberListOperation } from '../member-lists/host-member-list-operation.ts'
import { selectionOperations } from '../member-lists/selection-operations.ts'
import type { Api } from '../operations/api.ts'
import type { Operation } from '../operations/operation.ts'
import { accessReasonsOperation } from '../team-settings/access-reasons-operation.ts'
import { departmentOperations } from '../team-settings/department-operations.ts'
import { mappingRuleOperations } from '../team-settings/mapping-rule-operations.ts'
import { type PeopleDependencies, peopleOperations } from '../team-settings/people-operations.ts'
import { roleOperations } from '../team-settings/role-operations.ts'
import { scimHealthOperation } from '../team-settings/scim-health-operation.ts'
import { adoptionOperations } from './adoption-operations.ts'
import { authorizeOperation } from './authorize-operation.ts'
import { channelOperations } from './channel-operations.ts'
import { eraseMemberOperation } from './erase-member-operation.ts'
import { eventListOperation } from './event-list-operations.ts'
import { completeHandoverOperation, workloadOperation } from './handover-completion-operations.ts'
import { belowWorkspace, createHostDoor, type HostCaller } from './host-caller.ts'
import { hostKeyOperations } from './host-key-operations.ts'
import { createHostKeys, type HostKeys } from './host-keys.ts'
import { type HostDependencies, hostOperations } from './host-operations.ts'
import { memberOperations } from './member-operations.ts'
import { presenceSignalOperations } from './presence-signal-operations.ts'
import { rebindingOperations } from './rebinding-operations.ts'
import { scimConnectionOperations } from './scim-connection-operations.ts'
import { scimCredentialOperations } from './scim-credential-operations.ts'
import { ssoConnectionOperations } from './sso-connection-operations.ts'
import { ssoDomainOperations } from './sso-domain-operations.ts'
import { ssoPeopleOperations } from './sso-people-operations.ts'
import { ssoRedeemOperation } from './sso-redeem-operation.ts'
import { webhookOperations } from './webhook-endpoint-operations.ts'
import { widgetTokenOperation } from './widget-token-operation.ts'
import {
  workspaceListOperations,
  workspaceSettingsOperations,
} from './workspace-life-operations.ts'
import { workspaceOperations, workspacesOperations } from './workspace-operations.ts'

type Minting = Pick<IdpBridge, 'mintWidgetToken' | 'redeemSignIn'>

/** Everything that a host's own server may ask, under `/host/v1`. */
export function hostApiOperations(
  deps: HostDependencies,
  bridge: Minting,
  people: PeopleDependencies,
  keys: HostKeys,
): readonly Operation<HostCaller>[] {
  return [
    ...workspacesOperations,
    ...workspaceListOperations,
    ...belowWorkspace([
      ...workspaceOperations,
      ...workspaceSettingsOperations,
      ...memberOperations,
      eraseMemberOperation,
      ...peopleOperations(people),
      ...departmentOperations,
      ...roleOperations,
      ...channelOperations,
      ...scimConnectionOperations(deps.publicUrl),
      ...adoptionOperations,
      ...rebindingOperations,
      ...scimCredentialOperations(deps.allowPrivateNetwork),
      scimHealthOperation,
      ...ssoConnectionOperations(deps),
      ...ssoDomainOperations(deps.resolveTxt ?? createTxtResolver()),
      ...ssoPeopleOperations,
      ...mappingRuleOperations,
      accessReasonsOperation,
      hostMemberListOperation,
      ...selectionOperations,
      ...bulkActionOperations,
      ...jobOperations,
      exportOperation,
      ...importOperations,
      ...auditOperations,
      ...handoverOperations,
      workloadOperation,
      ...presenceSignalOperations,
    ]),
    authorizeOperation(deps.db),
    widgetTokenOperation(bridge),
    ssoRedeemOperation(bridge),
    ...hostOperations(deps),
    ...webhookOperations(deps),
    eventListOperation(deps.db, deps.eventWaits),
    completeHandoverOperation(deps.db),
    ...hostKeyOperations(deps.db, keys),
  ]
}

/** What a host's own server calls, under `/host/v1`, with a host key as bearer. */
export function createHostApi(
  deps: HostDependencies,
  bridge: Minting,
  people: PeopleDependencies,
): Api<HostCaller> {
  const keys = createHostKeys(deps.db)
  return {
    title: 'Plantel Host API',
    description:
      'What the server of an inbox product asks about its workspaces, their people, directories and sign-in.',
    url: `${deps.publicUrl}/host/v1`,
    credential: {
      name: 'hostKey',
      description:
        'A host key (`plt_host_…`), which has some of the scopes read, write, tokens and keys.',
    },
    scoped: true,
    ifMatch: 'optional',
    operations: hostApiOperations(deps, bridge, people, keys),
    identify: createHostDoor(deps.db, keys),
  }
}
