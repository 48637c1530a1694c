/** What every failure becomes on the wire. RFC 7644 §3.12. */
import { isRetryable, isStatementTimeout, isUnavailable, isUniqueViolation } from '@plantel/db'
import { TeamError, type TeamErrorCode } from '@plantel/team'

import { ScimError } from '../protocol/scim-error.ts'

/** Seconds after which a client may try again what the database could not do now. */
export const retryAfterSeconds = 5

/** Translates any thrown value; what nobody foresaw is a 500 whose detail says nothing. */
export function toScimError(error: unknown): ScimError {
  if (error instanceof ScimError) return error
  if (error instanceof TeamError) return answers[error.code](error)
  if (isRetryable(error) || isUnavailable(error) || isStatementTimeout(error)) {
    return ScimError.status(503, 'The service is busy: try again.', { cause: error })
  }
  // Team explains the constraints it knows; a race over any other is still a conflict of the client's values.
  if (isUniqueViolation(error)) {
    return ScimError.of('uniqueness', 'A value is already taken.', { cause: error })
  }
  return unexpected(error)
}

function unexpected(cause: unknown): ScimError {
  return ScimError.status(500, 'The request failed for an internal reason.', { cause })
}

const taken =
  (attribute: string) =>
  (cause: TeamError): ScimError =>
    ScimError.of('uniqueness', `${attribute} is already taken.`, { cause })

const gone = (cause: TeamError): ScimError =>
  ScimError.status(404, 'There is no such resource.', { cause })

/** A code that no SCIM request leads to is our fault, not the client's. */
const answers = {
  'still-in-directory': unexpected,
  'user-name-taken': taken('userName'),
  'group-name-taken': taken('displayName'),
  'group-not-found': gone,
  'member-not-found': gone,
  'connection-not-found': gone,
  'workspace-not-found': gone,
  'last-owner': (cause) =>
    ScimError.status(409, 'The last owner of the workspace must keep their access.', { cause }),
  'adoption-not-pending': unexpected,
  'rebinding-not-offered': unexpected,
  'already-invited': unexpected,
  'already-member': unexpected,
  'cell-invalid': unexpected,
  'changed-since-check': unexpected,
  'channel-not-found': unexpected,
  'channel-unknown': unexpected,
  'claims-beside-directory': unexpected,
  'comes-with-department': unexpected,
  'creation-not-allowed': unexpected,
  'department-not-found': unexpected,
  'department-unknown': unexpected,
  'directory-beside-claims': unexpected,
  'email-change-closed': unexpected,
  'email-change-quota': unexpected,
  'email-invalid': unexpected,
  'email-needs-confirmation': unexpected,
  'email-repeated': unexpected,
  'email-taken': unexpected,
  'field-missing': unexpected,
  'handover-closed': unexpected,
  'handover-not-found': unexpected,
  'host-client-not-found': unexpected,
  'host-key-not-found': unexpected,
  'host-name-taken': unexpected,
  'host-not-found': unexpected,
  'host-user-taken': unexpected,
  'import-changed': unexpected,
  'import-not-checked': unexpected,
  'import-not-found': unexpected,
  'import-started': unexpected,
  'invalid-cursor': unexpected,
  'invitation-closed': unexpected,
  'invitation-just-sent': unexpected,
  'invitation-not-found': unexpected,
  'invitation-quota': unexpected,
  'job-not-cancellable': unexpected,
  'job-not-found': unexpected,
  'managed-by-directory': unexpected,
  'member-not-active': unexpected,
  'name-taken': unexpected,
  outranked: unexpected,
  'own-access': unexpected,
  'ownership-transfer-closed': unexpected,
  'ownership-transfer-not-found': unexpected,
  'password-not-allowed': unexpected,
  'pattern-invalid': unexpected,
  'permission-missing': unexpected,
  'person-in-running-job': unexpected,
  'preset-unknown': unexpected,
  'profile-belongs-to-person': unexpected,
  'role-built-in': unexpected,
  'role-not-found': unexpected,
  'role-not-grantable': unexpected,
  'role-not-mappable': unexpected,
  'role-unknown': unexpected,
  'rule-invalid': unexpected,
  'row-erased': unexpected,
  'row-malformed': unexpected,
  'rule-repeated': unexpected,
  'seats-exceeded': unexpected,
  'selection-not-found': unexpected,
  'slug-invalid': unexpected,
  'slug-taken': unexpected,
  'sso-not-ready': unexpected,
  'version-mismatch': unexpected,
  'webhook-endpoint-not-found': unexpected,
  'webhook-types-fixed': unexpected,
  'webhook-url-taken': unexpected,
} satisfies Record<TeamErrorCode, (error: TeamError) => ScimError>
