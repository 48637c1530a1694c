/** Every refusal of the Team and Host API in one shape. RFC 9457. */
import { isStatementTimeout, isUnavailable } from '@plantel/db'
import { SignInError, type SignInErrorCode } from '@plantel/idp-bridge'
import { ScimConnectionError, type ScimConnectionErrorCode } from '@plantel/scim-server'
import { type RuleDifference, TeamError, type TeamErrorCode } from '@plantel/team'
import type { Problem, ProblemCode } from '@plantel/widget/contract'
import type { ErrorRequestHandler, Response } from 'express'

import { requestIdOf } from './request-id.ts'

/** A problem as it is sent: the contract's, with what helps a program further. */
export interface ProblemDocument extends Problem {
  /** The precise cause where `code` is only its kind: `slug-taken`, `suspended`. */
  reason?: string
  /** Where an invalid request is wrong. */
  errors?: readonly { pointer: string; detail: string }[]
  /** What rules would do now, where it is not what was shown. */
  difference?: RuleDifference
  /** Whom a list could not add, and why. */
  refused?: readonly RefusedPerson[]
}

/** Somebody of a list who was not added. */
export interface RefusedPerson {
  /** As it was given. */
  email: string
  /** Where it stands in a pasted text. */
  line: number | null
  reason: TeamErrorCode
  subject: string | null
  detail: string
}

type Extras = Pick<ProblemDocument, 'reason' | 'errors' | 'difference' | 'refused'>

/** A request that the Team or Host API refuses; `detail` is shown to the caller. */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly extras: Extras

  constructor(code: ProblemCode, detail: string, extras: Extras = {}, options?: ErrorOptions) {
    super(detail, options)
    this.name = 'ProblemError'
    this.code = code
    this.extras = extras
  }
}

/** Status and title of each code. */
export const problemKinds: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> =
  {
    'invalid-request': [400, 'The request is invalid'],
    unauthenticated: [401, 'Authentication is needed'],
    'token-expired': [401, 'The token has expired'],
    forbidden: [403, 'Not allowed'],
    'not-found': [404, 'Not found'],
    'method-not-allowed': [405, 'Method not allowed'],
    'not-acceptable': [406, 'Not acceptable'],
    conflict: [409, 'Conflict'],
    'precondition-failed': [412, 'The resource has changed'],
    'payload-too-large': [413, 'The body is too large'],
    'unsupported-media-type': [415, 'Unsupported media type'],
    'precondition-required': [428, 'If-Match is needed'],
    'rate-limited': [429, 'Too many requests'],
    internal: [500, 'Internal error'],
    unavailable: [503, 'Temporarily unavailable'],
  }

const teamProblems = {
  'adoption-not-pending': [
    'conflict',
    'Nobody waits for this decision any more: read the list again.',
  ],
  'already-invited': ['conflict', 'This person is invited already: send their invitation again.'],
  'already-member': ['conflict', 'This person is a member already: change what they have instead.'],
  'cell-invalid': [
    'invalid-request',
    'The cell holds what can not be stored there: at most 200 characters, and a language as a tag such as pt-BR.',
  ],
  'changed-since-check': [
    'conflict',
    'The member or the rules changed after the table was looked at: send the row again.',
  ],
  'channel-not-found': ['not-found', 'The workspace has no such channel.'],
  'channel-unknown': ['invalid-request', 'The workspace has no such channel.'],
  'comes-with-department': [
    'conflict',
    'This channel comes with a department: take the member out of the department, or the channel from it.',
  ],
  'claims-beside-directory': [
    'conflict',
    'A directory decides about roles here: leave roleClaim out, or pause the SCIM connection first.',
  ],
  'connection-not-found': ['not-found', 'There is no such connection.'],
  'creation-not-allowed': [
    'forbidden',
    'This workspace asks people in: send an invitation instead.',
  ],
  'department-not-found': ['not-found', 'The workspace has no such department.'],
  'department-unknown': ['invalid-request', 'The workspace has no such department.'],
  'directory-beside-claims': [
    'conflict',
    'Claims of a sign-in decide about roles here: take roleClaim out of the provisioning of this SSO connection first, or leave the SCIM connection a draft.',
  ],
  'email-change-closed': [
    'conflict',
    'This change of the address counts no longer: ask for it again.',
  ],
  'email-change-quota': [
    'rate-limited',
    'You have asked for five addresses within a day: go on tomorrow, or ask your administrator.',
  ],
  'email-invalid': ['invalid-request', 'No mail can be sent to this address: correct it.'],
  'email-needs-confirmation': [
    'conflict',
    'Whoever has come in changes their address themselves, and the new one confirms it: use `PUT /team/v1/me/email-change`.',
  ],
  'email-repeated': ['invalid-request', 'The address is in the list twice: leave one of them out.'],
  'email-taken': ['conflict', 'Somebody of the workspace has this address: take another one.'],
  'field-missing': ['invalid-request', 'The workspace asks for this of everybody: fill it in.'],
  'group-name-taken': ['conflict', 'The directory already has a group of this name.'],
  'group-not-found': ['not-found', 'The directory has no such group.'],
  'handover-closed': [
    'conflict',
    'This handover is over: leave the conversations where they are, or request a new one.',
  ],
  'handover-not-found': ['not-found', 'There is no such handover.'],
  'host-client-not-found': ['not-found', 'There is no such client.'],
  'host-key-not-found': ['not-found', 'The host has no such key, or it has ended: make a new one.'],
  'host-name-taken': ['conflict', 'There is already a host of this name.'],
  'host-not-found': ['not-found', 'There is no such host.'],
  'host-user-taken': [
    'conflict',
    'Another member has this id of the host: give each person an id of their own.',
  ],
  'import-changed': [
    'conflict',
    'This is not what the check of the table showed: read the import again and start it with its hash.',
  ],
  'import-not-checked': [
    'conflict',
    'The table is still being looked at: start the import when its check is done.',
  ],
  'import-not-found': ['not-found', 'There is no such import; imports are kept for 30 days.'],
  'import-started': [
    'conflict',
    'The import has been started already; what is refused can be sent again as a new table.',
  ],
  'invalid-cursor': ['invalid-request', 'The cursor is not one that this list gave.'],
  'invitation-closed': [
    'conflict',
    'This invitation counts no longer: send a new one, or ask whoever sent it to.',
  ],
  'invitation-just-sent': [
    'conflict',
    'This invitation was sent less than a minute ago: wait a minute and send it again.',
  ],
  'invitation-not-found': ['not-found', 'There is no such invitation.'],
  'invitation-quota': [
    'conflict',
    'The workspace has sent 5,000 invitations within a day: send the others tomorrow.',
  ],
  'job-not-cancellable': [
    'conflict',
    'This job brings a change of the rules that is saved already: wait until it has ended, or change the rules back.',
  ],
  'job-not-found': [
    'not-found',
    'There is no such job; jobs are kept for 30 days after they ended.',
  ],
  'last-owner': ['conflict', 'The workspace would be left without an active owner.'],
  'managed-by-directory': [
    'conflict',
    'The directory decides about this: change it there, or change the mapping rule.',
  ],
  'member-not-active': [
    'conflict',
    'This member can not come in at the moment: choose an active one.',
  ],
  'member-not-found': ['not-found', 'The workspace has no such member.'],
  'name-taken': ['conflict', 'The name is given twice.'],
  outranked: ['forbidden', 'This member ranks above you.'],
  'own-access': ['forbidden', 'Nobody changes their own access: ask another administrator.'],
  'ownership-transfer-closed': ['conflict', 'This transfer counts no longer: begin a new one.'],
  'ownership-transfer-not-found': ['not-found', 'There is no such transfer of ownership.'],
  'password-not-allowed': [
    'conflict',
    'Here nobody sets a password for others: leave it out and invite the person, or change the policy `passwords`.',
  ],
  'pattern-invalid': [
    'invalid-request',
    'The pattern can not be used: correct what the reason says and preview it again.',
  ],
  'permission-missing': ['forbidden', 'Your role does not allow this.'],
  'person-in-running-job': [
    'conflict',
    'A job that is not over yet names this person: wait until it has ended, or cancel it, and erase again.',
  ],
  'preset-unknown': ['invalid-request', 'There is no such preset.'],
  'profile-belongs-to-person': ['forbidden', 'Only the person may change their profile.'],
  'rebinding-not-offered': [
    'conflict',
    'The group, its name or the rules are others by now: read the list again.',
  ],
  'role-built-in': ['conflict', 'This role came with the preset: clone it and change the clone.'],
  'role-not-found': ['not-found', 'The workspace has no such role.'],
  'role-not-grantable': ['forbidden', 'Your role does not let you give this role.'],
  'role-not-mappable': ['invalid-request', 'This role can not be given by a directory.'],
  'role-unknown': ['invalid-request', 'The workspace has no such role.'],
  'rule-invalid': ['invalid-request', 'The rule can not do this: correct what the reason says.'],
  'row-erased': ['conflict', 'The person of this row was erased after the table was sent.'],
  'row-malformed': [
    'invalid-request',
    'The row has more cells than the header, or quotes that do not close: write it anew.',
  ],
  'rule-repeated': [
    'invalid-request',
    'Two rules have the same condition: put what they give into one.',
  ],
  'seats-exceeded': ['conflict', 'All seats are taken: free one, or ask for more.'],
  'selection-not-found': [
    'not-found',
    'There is no such selection; one that is not used is kept for a day. Choose again.',
  ],
  'slug-invalid': [
    'invalid-request',
    'A slug has 1 to 63 lower-case letters, digits and inner hyphens.',
  ],
  'slug-taken': ['conflict', 'The host already has a workspace with this slug.'],
  'sso-not-ready': [
    'conflict',
    'Single sign-on can not be required yet: activate a connection, let somebody sign in by it, and give an owner a password or recovery codes first.',
  ],
  'still-in-directory': [
    'conflict',
    'A directory still provisions this person: remove them there first, or they come back with the next sync.',
  ],
  'user-name-taken': ['conflict', 'The directory already has a user of this name.'],
  'version-mismatch': [
    'precondition-failed',
    'Somebody changed this meanwhile: read it again and repeat the change.',
  ],
  'webhook-endpoint-not-found': ['not-found', 'The host has no such webhook endpoint.'],
  'webhook-types-fixed': [
    'invalid-request',
    'An endpoint of SCIM events is told of every change of its directories: leave eventTypes out.',
  ],
  'webhook-url-taken': [
    'conflict',
    'Another webhook endpoint has this URL: change that one, or delete it first.',
  ],
  'workspace-not-found': ['not-found', 'There is no such workspace.'],
} as const satisfies Record<TeamErrorCode, readonly [code: ProblemCode, detail: string]>

const scimConnectionProblems = {
  'active-connection-exists': ['conflict', 'The workspace already has an active SCIM connection.'],
  'client-secret-not-found': ['not-found', 'The connection has no such client secret.'],
  'client-trust-not-found': ['not-found', 'The connection has no such trust.'],
  'connection-not-activated': [
    'conflict',
    'The connection is a draft and takes no requests anyway.',
  ],
  'expiry-out-of-range': [
    'invalid-request',
    'It must expire in the future, at most three years from now.',
  ],
  'jwks-invalid': ['invalid-request', 'The key set must hold public RSA or P-256 keys only.'],
  'network-invalid': ['invalid-request', 'A network is an address or CIDR notation.'],
  'token-not-found': ['not-found', 'The connection has no such token.'],
  'too-many-active-secrets': [
    'conflict',
    'The connection already has three active client secrets.',
  ],
  'too-many-active-tokens': ['conflict', 'The connection already has two active tokens.'],
  'too-many-trusts': ['conflict', 'The connection already has five trusts.'],
} as const satisfies Record<ScimConnectionErrorCode, readonly [code: ProblemCode, detail: string]>

/** Refusals of widget tokens; the other codes belong to pages of the sign-in and are bugs here. */
const signInProblems: Readonly<
  Partial<Record<SignInErrorCode, readonly [code: ProblemCode, detail: string]>>
> = {
  'access-refused': ['forbidden', 'This member may not come in.'],
  'member-not-found': ['not-found', 'The workspace has no such member.'],
  'token-expired': ['token-expired', 'The widget token has expired.'],
  'token-invalid': ['unauthenticated', 'The widget token is not valid.'],
  'workspace-not-found': ['not-found', 'There is no such workspace.'],
}

/** What body-parser and express call their own refusals. */
const parserProblems: Readonly<Record<string, readonly [code: ProblemCode, detail: string]>> = {
  'charset.unsupported': ['unsupported-media-type', 'The body must be UTF-8.'],
  'encoding.unsupported': ['unsupported-media-type', 'The content encoding is not supported.'],
  'entity.parse.failed': ['invalid-request', 'The body is not valid JSON.'],
  'entity.too.large': ['payload-too-large', 'A body may have at most 1 MiB.'],
  'request.aborted': ['invalid-request', 'The request was cut off.'],
  'request.size.invalid': ['invalid-request', 'The body is not as long as announced.'],
}

/** Says in the edge's words what went wrong; the unexpected becomes a bare `internal`. */
export function errorToProblem(error: unknown, requestId: string): ProblemDocument {
  const { code, message, extras } = classify(error)
  const [status, title] = problemKinds[code]
  return {
    type: `urn:plantel:problem:${code}`,
    title,
    status,
    detail: message,
    code,
    requestId,
    ...extras,
  }
}

function classify(error: unknown): { code: ProblemCode; message: string; extras?: Extras } {
  if (error instanceof ProblemError) {
    return { code: error.code, message: error.message, extras: error.extras }
  }
  if (error instanceof TeamError) {
    const [code, detail] = teamProblems[error.code]
    const message = error.subject === undefined ? detail : `${detail} (${error.subject})`
    return { code, message, extras: { reason: error.code } }
  }
  if (error instanceof ScimConnectionError) {
    const [code, message] = scimConnectionProblems[error.code]
    return { code, message, extras: { reason: error.code } }
  }
  const signIn = error instanceof SignInError ? signInProblems[error.code] : undefined
  if (error instanceof SignInError && signIn !== undefined) {
    return {
      code: signIn[0],
      message: signIn[1],
      extras: { reason: error.adminDetail ?? error.code },
    }
  }
  if (error instanceof URIError) {
    return { code: 'invalid-request', message: 'The path is not valid.' }
  }
  const parser =
    error instanceof Error ? parserProblems[String(Reflect.get(error, 'type'))] : undefined
  if (parser !== undefined) return { code: parser[0], message: parser[1] }
  if (isUnavailable(error) || isStatementTimeout(error)) {
    return { code: 'unavailable', message: 'The database does not answer; try again in a moment.' }
  }
  return { code: 'internal', message: 'The request failed; its id is in the log.' }
}

/** What the code of a refusal says to people; codes of results may be older than this version. */
export function sentenceOf(code: string, subject: string | null): string {
  const known: Readonly<Record<string, readonly [ProblemCode, string]>> = teamProblems
  const sentence = known[code]?.[1] ?? 'It was refused.'
  return subject === null ? sentence : `${sentence} (${subject})`
}

/** The last handler of an edge: writes the problem, and the log line of what nobody foresaw. */
export const sendProblem: ErrorRequestHandler = (error: unknown, request, response, next) => {
  const problem = errorToProblem(error, requestIdOf(request))
  if (problem.status >= 500)
    response.err = error instanceof Error ? error : new Error(String(error))
  if (response.headersSent) {
    // Half an answer is out: only cutting the connection tells the caller.
    next(error)
    return
  }
  writeProblem(response, problem)
}

function writeProblem(response: Response, problem: ProblemDocument): void {
  if (problem.status === 401) response.set('www-authenticate', 'Bearer')
  if (problem.status === 503) response.set('retry-after', '5')
  response
    .status(problem.status)
    .set('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem))
}
