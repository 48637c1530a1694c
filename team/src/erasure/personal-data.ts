import type { Schema } from '@plantel/db'

/**
 * How an erasure deals with a column that can hold text.
 * - `impersonal`: ids, secrets, closed vocabularies, and the workspace's or an operator's own words.
 * - `deleted`: its row goes with the person.
 * - `cleared`: the person's row stays for its id, this value doesn't.
 * - `redacted`: in rows about the person every value goes that isn't known to say nothing of them.
 * - `unlinked`: rows about others lose their mention of the person.
 * - `waited-for`: emptied in rows that name the person; while one of them is still worked on nobody is erased.
 * - `simulated`: the demo's pretended directory and inbox, which stand for other people's systems.
 */
export type ErasureTreatment =
  | 'impersonal'
  | 'deleted'
  | 'cleared'
  | 'redacted'
  | 'unlinked'
  | 'waited-for'
  | 'simulated'

/** By table and column. */
export type PersonalData = {
  [Table in keyof Schema]?: { [Column in keyof Schema[Table]]?: ErasureTreatment }
}

const impersonal = 'impersonal'
const deleted = 'deleted'
const cleared = 'cleared'

/** Every column that can hold text, of every table: a test holds it against the schema, so that none is forgotten. */
export const personalData: PersonalData = {
  audit_entries: {
    actor_kind: impersonal,
    request_id: impersonal,
    action: impersonal,
    subject_kind: impersonal,
    before: 'redacted',
    after: 'redacted',
  },
  captured_mails: { recipient: deleted, subject: deleted, text: deleted, html: deleted },
  channels: { key: impersonal, name: impersonal },
  demo_documents: { key: impersonal, value: 'simulated' },
  departments: { name: impersonal, name_key: impersonal },
  directory_counts: { kind: impersonal },
  directory_groups: {
    display_name: impersonal,
    display_key: impersonal,
    unique_name_key: impersonal,
    external_id: impersonal,
    resource: impersonal,
  },
  directory_user_emails: { type: deleted, value: deleted, value_key: deleted },
  directory_users: {
    user_name: deleted,
    user_name_key: deleted,
    external_id: deleted,
    display_name: deleted,
    display_key: deleted,
    // As the manager of others.
    resource: 'unlinked',
  },
  email_changes: {
    state: deleted,
    email: deleted,
    former_email: deleted,
    delivery: deleted,
    delivery_error: deleted,
  },
  event_cursors: { consumer: impersonal },
  deferred_events: { consumer: impersonal },
  events: { type: impersonal, payload: 'redacted', request_id: impersonal },
  outbox: { type: impersonal, payload: 'redacted', request_id: impersonal },
  grants: { kind: impersonal, source: impersonal, request_id: impersonal },
  handover_rules: { kind: impersonal },
  // Ids and numbers.
  handovers: { cause: impersonal, plan: impersonal, state: impersonal },
  host_clients: {
    id: impersonal,
    name: impersonal,
    sealed_secret: impersonal,
    redirect_uris: impersonal,
    post_logout_redirect_uris: impersonal,
    backchannel_logout_uri: impersonal,
    initiate_login_uri: impersonal,
  },
  host_keys: { name: impersonal, scopes: impersonal },
  hosts: { name: impersonal, allowed_origins: impersonal },
  // Sealed, and gone after a day.
  idempotency_keys: { sealed_answer: impersonal },
  invitations: {
    state: deleted,
    gives: deleted,
    message: deleted,
    delivery: deleted,
    delivery_error: deleted,
  },
  job_results: { outcome: impersonal, code: impersonal, detail: 'waited-for' },
  jobs: {
    kind: impersonal,
    input: 'waited-for',
    state: impersonal,
    checkpoint: 'waited-for',
    error_code: impersonal,
    actor_kind: impersonal,
    request_id: impersonal,
  },
  mapping_rule_grants: { kind: impersonal },
  mapping_rules: {
    kind: impersonal,
    attribute: impersonal,
    operator: impersonal,
    operands: impersonal,
    pattern: impersonal,
  },
  member_counts: { state: impersonal },
  member_holds: { source: deleted, request_id: deleted },
  member_import_rows: {
    cells: 'waited-for',
    email_key: 'waited-for',
    problem: impersonal,
    digest: 'waited-for',
  },
  member_imports: { way: impersonal, hash: impersonal },
  member_passwords: { hash: deleted },
  member_search: { search_key: deleted, phone_digits: deleted, display_key: deleted },
  members: {
    source: impersonal,
    host_user_id: cleared,
    email: cleared,
    email_key: cleared,
    given_name: cleared,
    family_name: cleared,
    display_name: cleared,
    display_key: cleared,
    search_key: cleared,
    signature_name: cleared,
    phone: cleared,
    phone_digits: cleared,
    job_title: cleared,
    language: cleared,
    time_zone: cleared,
    avatar_url: cleared,
    state: impersonal,
    no_role_reason: impersonal,
    conversation_access: impersonal,
  },
  ownership_transfers: {
    state: deleted,
    from_delivery: deleted,
    from_delivery_error: deleted,
    to_delivery: deleted,
    to_delivery_error: deleted,
  },
  provider_artifacts: { model: deleted, payload: deleted },
  recovery_codes: { selector: deleted, hash: deleted },
  refused_changes: { change: impersonal },
  revocation_acks: { client_id: impersonal },
  revocations: { reason: impersonal },
  roles: {
    key: impersonal,
    name: impersonal,
    permissions: impersonal,
    grantable_role_keys: impersonal,
    conversation_access: impersonal,
  },
  saml_idp_certificates: { fingerprint: impersonal, certificate: impersonal },
  saml_keys: { state: impersonal, certificate: impersonal, sealed_private_key: impersonal },
  saml_settings: {
    sign_on_url: impersonal,
    sign_on_binding: impersonal,
    metadata_url: impersonal,
    logout_url: impersonal,
    logout_binding: impersonal,
  },
  scim_client_trusts: {
    kind: impersonal,
    issuer: impersonal,
    subject: impersonal,
    audience: impersonal,
    directory_tenant: impersonal,
    jwks: impersonal,
    jwks_url: impersonal,
  },
  scim_connections: {
    name: impersonal,
    idp: impersonal,
    profile: impersonal,
    patch_response: impersonal,
    state: impersonal,
  },
  // Of types that an embedding program adds: things, not people.
  scim_documents: { resource_type: impersonal, external_id: impersonal, resource: impersonal },
  // Written without values: a filter's literals are left out before anything is stored.
  scim_requests: {
    method: impersonal,
    path: impersonal,
    scim_type: impersonal,
    warnings: impersonal,
    details: impersonal,
  },
  // The directory's own server, which is nobody.
  scim_tokens: {
    kind: impersonal,
    scope: impersonal,
    allowed_networks: impersonal,
    last_used_from: impersonal,
  },
  seats: { seat: impersonal },
  sessions: { data: deleted, sso_subject: deleted, sso_name_format: deleted, sso_session: deleted },
  sign_in_flows: {
    nonce: deleted,
    sealed_code_verifier: deleted,
    request_id: deleted,
    return_to: deleted,
    state: deleted,
    sso_profile: deleted,
  },
  sign_in_refusals: { reference: impersonal, code: impersonal, detail: impersonal },
  signing_keys: {
    id: impersonal,
    algorithm: impersonal,
    public_jwk: impersonal,
    sealed_private_jwk: impersonal,
  },
  sso_connections: {
    name: impersonal,
    kind: impersonal,
    state: impersonal,
    issuer: impersonal,
    client_id: impersonal,
    sealed_client_secret: impersonal,
    id_token_algorithm: impersonal,
    binding_claim: impersonal,
    binding_attribute: impersonal,
    provisioning: impersonal,
    events_issuer: impersonal,
    events_jwks_url: impersonal,
  },
  sso_links: { issuer: deleted, subject: deleted },
  // Where a browser goes after a sign-out, for ten minutes.
  sso_logouts: { request_id: impersonal, return_to: impersonal },
  webhook_deliveries: { event_type: impersonal, state: impersonal, error: impersonal },
  webhook_endpoints: {
    url: impersonal,
    description: impersonal,
    format: impersonal,
    event_types: impersonal,
    sealed_secret: impersonal,
    former_sealed_secret: impersonal,
  },
  workspace_domains: { domain: impersonal, token: impersonal },
  workspaces: {
    slug: impersonal,
    name: impersonal,
    preset: impersonal,
    locale: impersonal,
    time_zone: impersonal,
    policies: impersonal,
    brand: impersonal,
  },
}
