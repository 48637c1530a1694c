import type { IdempotencyKeysTable, RateBucketsTable } from './api-call.ts'
import type {
  RefusedChangesTable,
  SamlIdpCertificatesTable,
  SamlKeysTable,
  SamlSeenAssertionsTable,
  SamlSettingsTable,
  ScimClientSecretsTable,
  ScimClientTrustsTable,
  ScimConnectionsTable,
  ScimRequestsTable,
  ScimTokensTable,
  SsoConnectionsTable,
} from './connection.ts'
import type {
  DirectoryCountsTable,
  DirectoryGroupChildrenTable,
  DirectoryGroupMembersTable,
  DirectoryGroupsTable,
  DirectoryUserEmailsTable,
  DirectoryUsersTable,
} from './directory.ts'
import type {
  AuditChainsTable,
  AuditEntriesTable,
  AuditSealsTable,
  CapturedMailsTable,
  DeferredEventsTable,
  DemoDocumentsTable,
  EventCursorsTable,
  EventsTable,
  OutboxTable,
  UnsealedAuditEntriesTable,
  WebhookDeliveriesTable,
} from './event.ts'
import type { HandoverRulesTable, HandoversTable, WorkloadsTable } from './handover.ts'
import type { EmailChangesTable, InvitationsTable, OwnershipTransfersTable } from './invitation.ts'
import type { JobResultsTable, JobsTable, SelectionsTable } from './job.ts'
import type { MemberImportRowsTable, MemberImportsTable } from './member-import.ts'
import type {
  ChannelsTable,
  DepartmentChannelsTable,
  DepartmentsTable,
  GrantsTable,
  MappingRuleGrantsTable,
  MappingRulesTable,
  MemberCountsTable,
  MemberHoldsTable,
  MemberSearchTable,
  MembersTable,
  RolesTable,
  RuleSetChangesTable,
  SeatLinesTable,
  SeatsTable,
} from './member.ts'
import type { PresencesTable } from './presence.ts'
import type { ScimDocumentsTable } from './scim-document.ts'
import type {
  MemberPasswordsTable,
  PasswordResetsTable,
  ProviderArtifactsTable,
  RecoveryCodesTable,
  RevocationAcksTable,
  RevocationsTable,
  SeenSecurityTokensTable,
  SessionsTable,
  SignInAttemptsTable,
  SignInFlowsTable,
  SignInRefusalsTable,
  SigningKeysTable,
  SsoLinksTable,
  SsoLogoutsTable,
  WorkspaceDomainsTable,
} from './sign-in.ts'
import type {
  HostClientsTable,
  HostKeysTable,
  HostsTable,
  WebhookEndpointsTable,
  WorkspacesTable,
} from './workspace.ts'

export type * from './api-call.ts'
export type * from './connection.ts'
export type * from './directory.ts'
export type * from './event.ts'
export type * from './handover.ts'
export type * from './invitation.ts'
export type * from './job.ts'
export type * from './member.ts'
export type * from './member-import.ts'
export type * from './presence.ts'
export type * from './scim-document.ts'
export type * from './sign-in.ts'
export type * from './workspace.ts'

/** Every table, by name. Held against `information_schema` by a test. */
export interface Schema {
  audit_chains: AuditChainsTable
  audit_entries: AuditEntriesTable
  audit_seals: AuditSealsTable
  captured_mails: CapturedMailsTable
  channels: ChannelsTable
  deferred_events: DeferredEventsTable
  demo_documents: DemoDocumentsTable
  department_channels: DepartmentChannelsTable
  departments: DepartmentsTable
  directory_counts: DirectoryCountsTable
  directory_group_children: DirectoryGroupChildrenTable
  directory_group_members: DirectoryGroupMembersTable
  directory_groups: DirectoryGroupsTable
  directory_user_emails: DirectoryUserEmailsTable
  directory_users: DirectoryUsersTable
  email_changes: EmailChangesTable
  event_cursors: EventCursorsTable
  events: EventsTable
  grants: GrantsTable
  handover_rules: HandoverRulesTable
  handovers: HandoversTable
  host_clients: HostClientsTable
  host_keys: HostKeysTable
  hosts: HostsTable
  idempotency_keys: IdempotencyKeysTable
  job_results: JobResultsTable
  jobs: JobsTable
  invitations: InvitationsTable
  mapping_rule_grants: MappingRuleGrantsTable
  mapping_rules: MappingRulesTable
  member_counts: MemberCountsTable
  member_holds: MemberHoldsTable
  member_import_rows: MemberImportRowsTable
  member_imports: MemberImportsTable
  member_passwords: MemberPasswordsTable
  member_search: MemberSearchTable
  members: MembersTable
  outbox: OutboxTable
  ownership_transfers: OwnershipTransfersTable
  password_resets: PasswordResetsTable
  presences: PresencesTable
  provider_artifacts: ProviderArtifactsTable
  rate_buckets: RateBucketsTable
  recovery_codes: RecoveryCodesTable
  refused_changes: RefusedChangesTable
  revocation_acks: RevocationAcksTable
  revocations: RevocationsTable
  roles: RolesTable
  rule_set_changes: RuleSetChangesTable
  saml_idp_certificates: SamlIdpCertificatesTable
  saml_keys: SamlKeysTable
  saml_seen_assertions: SamlSeenAssertionsTable
  saml_settings: SamlSettingsTable
  scim_client_secrets: ScimClientSecretsTable
  scim_client_trusts: ScimClientTrustsTable
  scim_connections: ScimConnectionsTable
  scim_documents: ScimDocumentsTable
  scim_requests: ScimRequestsTable
  scim_tokens: ScimTokensTable
  seat_lines: SeatLinesTable
  seats: SeatsTable
  seen_security_tokens: SeenSecurityTokensTable
  selections: SelectionsTable
  sessions: SessionsTable
  sign_in_attempts: SignInAttemptsTable
  sign_in_flows: SignInFlowsTable
  sign_in_refusals: SignInRefusalsTable
  signing_keys: SigningKeysTable
  sso_connections: SsoConnectionsTable
  sso_links: SsoLinksTable
  sso_logouts: SsoLogoutsTable
  unsealed_audit_entries: UnsealedAuditEntriesTable
  webhook_deliveries: WebhookDeliveriesTable
  webhook_endpoints: WebhookEndpointsTable
  workspace_domains: WorkspaceDomainsTable
  workloads: WorkloadsTable
  workspaces: WorkspacesTable
}
