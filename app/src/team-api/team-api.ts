import { exportOperation } from '../csv/export-operation.ts'
import { importOperations } from '../csv/import-operations.ts'
import { handoverOperations } from '../handover/handover-operations.ts'
import { auditOperations } from '../history/audit-operations.ts'
import { bulkActionOperations } from '../jobs/bulk-action-operations.ts'
import { jobOperations } from '../jobs/job-operations.ts'
import { selectionOperations } from '../member-lists/selection-operations.ts'
import type { Api } from '../operations/api.ts'
import type { Operation } from '../operations/operation.ts'
import { accessReasonsOperation } from '../team-settings/access-reasons-operation.ts'
import { departmentOperations } from '../team-settings/department-operations.ts'
import { mappingRuleOperations } from '../team-settings/mapping-rule-operations.ts'
import { type PeopleDependencies, peopleOperations } from '../team-settings/people-operations.ts'
import { roleOperations } from '../team-settings/role-operations.ts'
import { scimHealthOperation } from '../team-settings/scim-health-operation.ts'
import { type DirectoryDependencies, directoryOperations } from './directory-operations.ts'
import { eventStreamOperation, type LiveDependencies } from './event-stream-operation.ts'
import { memberOperations } from './member-operations.ts'
import { ownAccountOperations } from './own-account-operations.ts'
import { presenceOperation } from './presence-operation.ts'
import { signInPolicyOperations } from './sign-in-policy-operations.ts'
import { createTeamDoor, type Doorkeeper, type TeamCaller } from './team-edge.ts'
import { cookieCredential } from './widget-cookie.ts'
import { workspaceOperation } from './workspace-operation.ts'

/** Everything that a member's browser may ask, under `/team/v1`. */
export function teamApiOperations(
  live: LiveDependencies,
  people: PeopleDependencies,
  directory: DirectoryDependencies,
): readonly Operation<TeamCaller>[] {
  return [
    workspaceOperation,
    ...memberOperations,
    ...peopleOperations(people),
    ...departmentOperations,
    ...roleOperations,
    ...mappingRuleOperations,
    accessReasonsOperation,
    ...selectionOperations,
    ...bulkActionOperations,
    ...jobOperations,
    exportOperation,
    ...importOperations,
    ...auditOperations,
    ...handoverOperations,
    eventStreamOperation(live),
    presenceOperation(live.presence),
    ...ownAccountOperations(people.passwords),
    ...directoryOperations(directory),
    scimHealthOperation,
    ...signInPolicyOperations,
  ]
}

/** What widgets call, under `/team/v1`, with a widget token as bearer. */
export function createTeamApi(
  deps: Doorkeeper & { publicUrl: string },
  live: LiveDependencies,
  people: PeopleDependencies,
  directory: DirectoryDependencies,
): Api<TeamCaller> {
  return {
    title: 'Plantel Team API',
    description:
      "What one member sees and changes of their workspace's people, from the widget or a page of the inbox's own.",
    url: `${deps.publicUrl}/team/v1`,
    credential: {
      name: 'widgetToken',
      description:
        "A member's widget token, which the host's server makes (`POST /host/v1/widget-tokens`).",
    },
    cookieCredential:
      deps.widgetCookie === undefined ? undefined : cookieCredential(deps.widgetCookie),
    scoped: false,
    ifMatch: 'required',
    operations: teamApiOperations(live, people, directory),
    identify: createTeamDoor(deps),
  }
}
