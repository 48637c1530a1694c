export {
  createChannel,
  deleteChannel,
  previewChannelDeletion,
  renameChannel,
} from './channels/channel-commands.ts'
export { listChannels } from './channels/channel-queries.ts'
export { createDepartment, editDepartment } from './departments/department-commands.ts'
export { deleteDepartment, previewDepartmentDeletion } from './departments/department-deletion.ts'
export { previewDepartmentEdit } from './departments/department-edit-preview.ts'
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
export { listPendingAdoptions, type PendingAdoption } from './directory/adoption-queries.ts'
export type { DirectoryEventPayload } from './directory/directory-event.ts'
export { GroupMemberList } from './directory/group-member-list.ts'
export { confirmRebinding } from './directory/group-rebinding-commands.ts'
export {
  listOfferedRebindings,
  type OfferedRebinding,
} from './directory/group-rebinding-queries.ts'
export type { RefusedMembers } from './directory/group-member-store.ts'
export { groupsOfUser, groupsOfUsers, membershipRows } from './directory/group-nesting.ts'
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
} from './directory/directory-user.ts'
export {
  holdMember,
  lockDirectoryUser,
  provisionDirectoryUser,
  removeDirectoryUser,
  settleAdoption,
  writeDirectoryUser,
} from './directory/directory-user-commands.ts'
export { isRefused } from './mapping/refused-change-store.ts'
export { eraseMember } from './erasure/erase-member.ts'
export { TeamError, type TeamErrorCode } from './errors.ts'
export { fold } from './fold.ts'
export {
  claimDeferredEvent,
  type DeferredEvent,
  deferEvent,
  dueDeferredEvents,
  forgetDeferredEvent,
} from './history/deferred-event-store.ts'
export {
  advanceCursor,
  claimCursor,
  type DueWorkspace,
  dueWorkspaces,
  failCursor,
  renewCursor,
} from './history/event-cursor-store.ts'
export {
  latestPosition,
  readEvents,
  readEventsOfTypes,
  type SequencedEvent,
  sequenceEvents,
} from './history/event-queries.ts'
export { dueAuditChains, sealAuditEntries } from './history/audit-chain-store.ts'
export type { DirectoryEventType } from './history/directory-event-types.ts'
export {
  type AuditEntry,
  type AuditFilter,
  auditActorKinds,
  listAuditEntries,
} from './history/audit-queries.ts'
export {
  type HostSequencedEvent,
  latestHostPosition,
  readHostEvents,
} from './history/host-event-queries.ts'
export { verifyAudit } from './history/verify-audit.ts'
export { eventTypes } from './history/event-types.ts'
export { internalEventTypes } from './history/internal-events.ts'
export { type EventType, recordChanges } from './history/record-change.ts'
export { retained, sweepRetained } from './history/retention-sweeps.ts'
export {
  createImport,
  type MemberImport,
  readImport,
  startImport,
} from './imports/import-commands.ts'
export { importCheckHandler, importHandler } from './imports/import-jobs.ts'
export { countOutcomes, type ImportResultRow, listImportResults } from './imports/import-queries.ts'
export {
  type ImportCells,
  type ImportColumn,
  importColumns,
  type ImportRow,
} from './imports/import-row.ts'
export type { Job, JobHandler, JobResult, JobStep } from './jobs/job.ts'
export { cancelJob, enqueueJob } from './jobs/job-commands.ts'
export { listJobResults, listJobs, readJob } from './jobs/job-queries.ts'
export { createLinkTokens } from './invitations/link-token.ts'
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
export { type HostSettings, lockHostSettings } from './hosts/host-settings-queries.ts'
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
export { createHost, setAllowedOrigins } from './hosts/host-commands.ts'
export {
  createHostKey,
  type NewHostKey,
  revokeHostKey,
  rotateHostKey,
} from './hosts/host-key-commands.ts'
export { findHostKey, type HostKeyGrant, listHostKeys } from './hosts/host-key-queries.ts'
export { hostScopes } from './hosts/host-scope.ts'
export {
  findHostByName,
  findHostsOfOrigin,
  type HostWorkspace,
  listHosts,
  listHostWorkspaces,
} from './hosts/host-queries.ts'
export {
  cancelHandover,
  type ChosenTarget,
  completeHandover,
  remindHandover,
  requestHandover,
} from './handover/handover-commands.ts'
export { followLeavers, isTurn } from './handover/follow-leavers.ts'
export {
  listHandovers,
  readWorkload,
  reportHandovers,
  reportWorkload,
} from './handover/handover-queries.ts'
export { listHandoverRules, saveHandoverRules } from './handover/handover-rules.ts'
export {
  dueHandovers,
  findHandoverWorkspace,
  type HandoverView,
} from './handover/handover-store.ts'
export { readAvailability, setAvailability } from './presence/availability.ts'
export { type Presence, presenceAt, type PresenceUntil } from './presence/presence.ts'
export {
  type Heartbeat,
  readPresences,
  readPresencesOf,
  sweepPresences,
  writeHeartbeats,
} from './presence/presence-store.ts'
export { requirePermission } from './permissions/require-permission.ts'
export { giveUpAfterMs, retryDelaySeconds } from './webhooks/retry-delay.ts'
export {
  listWebhookDeliveries,
  replayWebhooks,
  retryDeadWebhooks,
  webhookMessageId,
} from './webhooks/webhook-delivery-queries.ts'
export {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  editWebhookEndpoint,
  listHostWebhookEndpoints,
  listWebhookEndpoints,
  loadWebhookEndpoint,
  readWebhookEndpoint,
  rotateWebhookSecret,
  webhookConsumer,
  type WebhookEndpoint,
} from './webhooks/webhook-endpoint-store.ts'
export {
  type DeliveryLane,
  type DueDelivery,
  type SetRefusal,
  setRefusals,
  type WebhookAttempt,
  type WebhookFailure,
  type WebhookTurn,
} from './webhooks/webhook-turn.ts'
export {
  type DirectorySubject,
  readDirectorySubjects,
} from './webhooks/directory-subject-queries.ts'
export {
  delayLanes,
  type DeliveryResult,
  type DueWebhook,
  dueWebhooks,
  giveUpOverdue,
  readWebhookTurn,
  saveDeliveries,
} from './webhooks/webhook-turn-store.ts'
export { acceptInvitation, type AcceptedProfile } from './invitations/accept-invitation.ts'
export { parseAddressList } from './invitations/address-list.ts'
export { createMember, requirePasswordPolicy } from './invitations/create-member.ts'
export { sweepExpiredInvitations } from './invitations/expire-invitations.ts'
export {
  cancelInvitation,
  type InvitedPerson,
  inviteMembers,
  resendInvitation,
  revealInvitation,
} from './invitations/invitation-commands.ts'
export { readInvitationActions } from './invitations/invitation-actions.ts'
export {
  type InvitationToSend,
  readInvitationToSend,
  recordInvitationDelivery,
} from './invitations/invitation-delivery.ts'
export {
  type AcceptField,
  findOpenInvitation,
  type InvitationPage,
  type InvitationRow,
  type InvitationState,
  listInvitations,
  readInvitation,
} from './invitations/invitation-queries.ts'
export {
  createInvitationTokens,
  type InvitationLink,
  type InvitationTokens,
} from './invitations/invitation-token.ts'
export type { PersonDraft } from './invitations/person-plan.ts'
export { readAccessReasons } from './mapping/access-reasons.ts'
export {
  type AccessCheck,
  type AccessDrift,
  checkAccess,
  claimAccessCheck,
} from './mapping/check-access.ts'
export { directoryAttributes } from './mapping/directory-attribute.ts'
export {
  previewMappingRules,
  readRulesVersion,
  requireMappableRole,
  saveMappingRules,
} from './mapping/mapping-rule-commands.ts'
export { isMappableRole, type MappingRuleDraft } from './mapping/mapping-rule-draft.ts'
export { listMappingRules, type MappingRuleView } from './mapping/mapping-rule-queries.ts'
export { lockRules } from './mapping/hold-rules.ts'
export {
  hasActiveDirectory,
  requireNoDirectory,
  requireNoRoleClaims,
} from './mapping/role-authority.ts'
export { reprojectionKind } from './mapping/reprojection-kind.ts'
export {
  type ReprojectionInput,
  type ReprojectionPlace,
  reprojectNext,
  type Saved,
} from './mapping/rule-change.ts'
export { namedKinds } from './mapping/rule-pattern.ts'
export { peopleOfHash, type RuleDifference } from './mapping/rule-difference.ts'
export type { MemberEventPayload } from './mapping/member-change.ts'
export { mayAccessConversation } from './members/conversation-access.ts'
export {
  type ConversationReaderFound,
  type PersonKey,
  readConversationReaders,
} from './members/conversation-reader-query.ts'
export { editMember, type MemberEdit } from './members/edit-member.ts'
export { type Admission, mayEnter, type MemberAccess } from './members/member-access.ts'
export {
  findMemberByHostUser,
  findWorkspaceOfMember,
  readMemberAccess,
  recordActivity,
} from './members/member-access-queries.ts'
export { fieldControls } from './members/member-fields.ts'
export { type MemberAction, memberActions, type TeamActor } from './members/member-guard.ts'
export { readGuardedMembers, readTeamActor } from './members/member-guard-store.ts'
export { readMemberProfile } from './members/member-profile-queries.ts'
export { bulkActionHandlers, previewBulkAction, startBulkAction } from './members/bulk-job.ts'
export { type ExportedMember, readExportPage } from './members/member-export-queries.ts'
export { readMemberFacets } from './members/member-count-queries.ts'
export type { MemberFilter, MemberListQuery, MemberListRow } from './members/member-list.ts'
export { type MemberSort, memberSorts } from './members/member-order.ts'
export { requireMayAct } from './members/member-guard-store.ts'
export { listMembers, readMember } from './members/member-queries.ts'
export {
  reactivateMember,
  removeMember,
  signOutMember,
  suspendMember,
} from './members/member-status-commands.ts'
export {
  cancelEmailChange,
  confirmEmailChange,
  requestEmailChange,
} from './email-changes/email-change-commands.ts'
export {
  type EmailChange,
  type EmailChangePage,
  findOpenEmailChange,
  loadEmailChange,
  readEmailChange,
  recordEmailChangeDelivery,
  sweepEmailChanges,
} from './email-changes/email-change-queries.ts'
export {
  createEmailChangeTokens,
  type EmailChangeTokens,
} from './email-changes/email-change-token.ts'
export { appointOwner } from './ownership/hand-over.ts'
export {
  createOwnershipTokens,
  type OwnershipLink,
  type OwnershipParty,
  type OwnershipTokens,
} from './ownership/ownership-token.ts'
export {
  cancelOwnershipTransfer,
  confirmOwnershipTransfer,
  createOwnershipTransfer,
} from './ownership/ownership-transfer-commands.ts'
export {
  listOpenOwnershipTransfers,
  loadOwnershipTransfer,
  type OwnershipTransfer,
  type OwnershipTransferPage,
  readOwnershipTransfer,
  recordOwnershipDelivery,
} from './ownership/ownership-transfer-queries.ts'
export { type Permission, permissions } from './permissions/catalogue.ts'
export {
  createRole,
  editRole,
  previewRoleEdit,
  type RoleDifference,
  type RoleEdit,
} from './roles/role-commands.ts'
export { deleteRole, previewRoleDeletion } from './roles/role-deletion.ts'
export { listRoles, type RoleView } from './roles/role-queries.ts'
export { roleReference } from './roles/role-reference.ts'
export { createSelection } from './selections/selection-commands.ts'
export { sweepSelections } from './selections/selection-queries.ts'
export {
  endMemberSession,
  listMemberSessions,
  type MemberSession,
} from './sessions/member-sessions.ts'
export { type Locale, locales } from './workspaces/preset.ts'
export { presetNames } from './workspaces/presets.ts'
export { teamLabels } from './workspaces/team-labels.ts'
export {
  createWorkspace,
  type WorkspaceCreated,
  type WorkspaceDraft,
} from './workspaces/workspace-commands.ts'
export { deleteWorkspace, removedAfter, restoreWorkspace } from './workspaces/delete-workspace.ts'
export { editWorkspace, type WorkspaceEdit } from './workspaces/edit-workspace.ts'
export { previewWorkspaceEdit, saveWorkspaceEdit } from './workspaces/workspace-edit-preview.ts'
export { purgeDeletedWorkspaces } from './workspaces/purge-workspaces.ts'
export { retentionBounds } from './workspaces/retention.ts'
export {
  findWorkspace,
  listWorkspaces,
  lockWorkspace,
  readWorkspace,
  readWorkspaceSummary,
  type Workspace,
} from './workspaces/workspace-queries.ts'
export { readSignInPolicy, requireSso } from './workspaces/sign-in-policy.ts'
export { readTeamScreen, type TeamScreen } from './workspaces/team-screen-queries.ts'
export { domainOfEmail, parseDomain } from './workspaces/domain-name.ts'
export { isVerifiedAddress } from './workspaces/verified-address.ts'
