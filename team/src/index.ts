export { createChannel, deleteChannel, renameChannel } from './channels/channel-commands.ts'
export { type ChannelView, listChannels } from './channels/channel-queries.ts'
export {
  createDepartment,
  deleteDepartment,
  type DepartmentEdit,
  editDepartment,
} from './departments/department-commands.ts'
export { type DepartmentView, listDepartments } from './departments/department-queries.ts'
export type {
  DirectoryGroupDraft,
  DirectoryGroupRow,
  GroupMemberOperation,
} from './directory/directory-group.ts'
export {
  createDirectoryGroup,
  lockDirectoryGroup,
  lockDirectoryGroupToRemove,
  removeDirectoryGroup,
  writeDirectoryGroup,
} from './directory/directory-group-commands.ts'
export {
  GroupMemberList,
  type NamedMembers,
  type NamedType,
} from './directory/group-member-list.ts'
export type { RefusedMembers } from './directory/group-member-store.ts'
export { groupsOfUser, membershipRows } from './directory/group-nesting.ts'
export { lockDirectoryUserToRemove } from './directory/group-user-lock.ts'
export {
  detachDirectory,
  reprojectDirectory,
  setGroupNamesUnique,
} from './directory/directory-connection-commands.ts'
export { findMemberByDirectoryAttribute } from './directory/directory-queries.ts'
export type {
  DirectoryUserDraft,
  DirectoryUserEmail,
  DirectoryUserRow,
  DirectoryWarning,
} from './directory/directory-user.ts'
export {
  lockDirectoryUser,
  provisionDirectoryUser,
  removeDirectoryUser,
  writeDirectoryUser,
} from './directory/directory-user-commands.ts'
export { eraseMember, type ErasureOptions } from './erasure/erase-member.ts'
export { TeamError, type TeamErrorCode } from './errors.ts'
export { fold } from './fold.ts'
export {
  advanceCursor,
  claimCursor,
  type DueWorkspace,
  dueWorkspaces,
  failCursor,
} from './history/event-cursor-store.ts'
export {
  latestPosition,
  readEvents,
  type SequencedEvent,
  sequenceEvents,
} from './history/event-queries.ts'
export { checkContent, type SealedAuditContent } from './history/audit-content.ts'
export { internalEventTypes } from './history/internal-events.ts'
export { type EventType, recordChanges } from './history/record-change.ts'
export { type Retained, retained, sweepRetained } from './history/retention-sweeps.ts'
export type { Job, JobErrorCode, JobHandler, JobResult, JobStep, JobTurn } from './jobs/job.ts'
export { cancelJob, enqueueJob } from './jobs/job-commands.ts'
export { listJobResults, listJobs, readJob } from './jobs/job-queries.ts'
export { createLinkTokens, type LinkTokens } from './invitations/link-token.ts'
export { jobChanged } from './jobs/job-store.ts'
export {
  claimJob,
  type DueJob,
  dueJobs,
  failJob,
  type JobClaim,
  releaseJob,
  runJobChunk,
  sweepJobs,
} from './jobs/job-turns.ts'
export {
  createHostClient,
  findInitiateLoginUri,
  type HostClient,
  type HostClientDraft,
  listLogoutClients,
  loadHostClient,
  type LogoutClient,
  updateHostClient,
} from './hosts/host-client-store.ts'
export { createHost, createHostKey, setAllowedOrigins } from './hosts/host-commands.ts'
export { type HostScope, hostScopes } from './hosts/host-scope.ts'
export {
  authenticateHostKey,
  findHostByName,
  findHostsOfOrigin,
  type HostWorkspace,
  listHosts,
  listHostWorkspaces,
} from './hosts/host-queries.ts'
export {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  listHostWebhookEndpoints,
  listWebhookEndpoints,
  type WebhookEndpoint,
} from './hosts/webhook-endpoint-store.ts'
export {
  isMappableRole,
  type MappingRuleDraft,
  previewMappingRules,
  requireMappableRole,
  saveMappingRules,
} from './mapping/mapping-rule-commands.ts'
export { listMappingRules, type MappingRuleView } from './mapping/mapping-rule-queries.ts'
export type { MemberDifference, RuleDifference } from './mapping/rule-difference.ts'
export type {
  MemberAccessPayload,
  MemberEventPayload,
  MemberPayload,
} from './mapping/member-change.ts'
export { type ConversationAnswer, mayAccessConversation } from './members/conversation-access.ts'
export { editMember, type MemberEdit } from './members/edit-member.ts'
export { type Admission, mayEnter, type MemberAccess } from './members/member-access.ts'
export {
  findMemberByHostUser,
  findWorkspaceOfMember,
  readMemberAccess,
  recordActivity,
} from './members/member-access-queries.ts'
export {
  type AccessField,
  type FieldControl,
  fieldControls,
  type ProfileField,
} from './members/member-fields.ts'
export {
  type GuardedMember,
  type MemberAction,
  memberActions,
  type MemberRefusal,
  type TeamActor,
} from './members/member-guard.ts'
export {
  readGuardedMembers,
  readTeamActor,
  type VersionedMember,
} from './members/member-guard-store.ts'
export { readMemberProfile } from './members/member-profile-queries.ts'
export type {
  MemberGrantRow,
  MemberListQuery,
  MemberListRow,
  MemberPage,
} from './members/member-list.ts'
export { listMembers, readMember } from './members/member-queries.ts'
export {
  reactivateMember,
  removeMember,
  signOutMember,
  suspendMember,
export { type MemberFacets, readMemberFacets } from './members/member-count-queries.ts'
} from './members/member-status-commands.ts'
  MemberFilter,
export { type Permission, permissions } from './permissions/catalogue.ts'
export { createRole, deleteRole, editRole, type RoleEdit } from './roles/role-commands.ts'
export { listRoles, type RoleView } from './roles/role-queries.ts'
export { roleReference } from './roles/role-reference.ts'
export { type Locale, locales } from './workspaces/preset.ts'
export { type MemberSort, memberSorts } from './members/member-order.ts'
export { presetNames } from './workspaces/presets.ts'
export {
  createWorkspace,
  type WorkspaceCreated,
  type WorkspaceDraft,
} from './workspaces/workspace-commands.ts'
export { deleteWorkspace, removedAfter, restoreWorkspace } from './workspaces/delete-workspace.ts'
export {
  editWorkspace,
  type WorkspaceEdit,
  type WorkspacePoliciesEdit,
} from './workspaces/edit-workspace.ts'
export { purgeDeletedWorkspaces } from './workspaces/purge-workspaces.ts'
export { retentionBounds } from './workspaces/retention.ts'
export {
  findWorkspace,
  listWorkspaces,
  readWorkspaceSummary,
  type Workspace,
  type WorkspaceListQuery,
  type WorkspaceSummary,
} from './workspaces/workspace-queries.ts'
export { readTeamScreen, type TeamScreen } from './workspaces/team-screen-queries.ts'
