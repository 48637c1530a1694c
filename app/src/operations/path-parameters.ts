import { isId } from '@plantel/db'
import { ScimConnectionError } from '@plantel/scim-server'
import { TeamError } from '@plantel/team'

import { ProblemError } from '../problem.ts'

/** What a name in braces in an operation's path stands for. */
interface PathParameter {
  description: string
  /** Texts of any other shape are nobody's: they are not looked up. */
  format: 'uuid' | 'text'
  /** What is thrown for them, as the command would for one that nobody has. */
  unknown: () => Error
}

const id = (description: string, unknown: () => Error): PathParameter => ({
  description,
  format: 'uuid',
  unknown,
})

const text = (description: string, unknown: () => Error): PathParameter => ({
  description,
  format: 'text',
  unknown,
})

/** The names that may stand in a path: an operation with another one doesn't compile. */
export type PathParameterName =
  | 'certificate'
  | 'channel'
  | 'client'
  | 'clientSecret'
  | 'clientTrust'
  | 'connection'
  | 'department'
  | 'domain'
  | 'handover'
  | 'import'
  | 'job'
  | 'key'
  | 'member'
  | 'role'
  | 'session'
  | 'token'
  | 'transfer'
  | 'webhookEndpoint'
  | 'workspace'

/** For a certificate that a connection doesn't believe. */
export function certificateNotFound(): Error {
  return new ProblemError('not-found', 'The connection has no such certificate.')
}

/** For a domain that a workspace doesn't claim. */
export function domainNotFound(): Error {
  return new ProblemError('not-found', 'The workspace has no such domain.')
}

/** For a session that somebody does not have. */
export function sessionNotFound(): ProblemError {
  return new ProblemError('not-found', 'There is no such session: it may have ended already.')
}

/** What each of them means. */
export const pathParameters: Readonly<Record<PathParameterName, PathParameter>> = {
  certificate: text('SHA-256 of a certificate, in hex.', certificateNotFound),
  channel: text("A channel's id or key.", () => new TeamError('channel-not-found')),
  client: text('The id of an OpenID client.', () => new TeamError('host-client-not-found')),
  clientSecret: id(
    'The id of a client secret, which is not the secret.',
    () => new ScimConnectionError('client-secret-not-found'),
  ),
  clientTrust: id("A trust's id.", () => new ScimConnectionError('client-trust-not-found')),
  connection: id("A connection's id.", () => new TeamError('connection-not-found')),
  department: id("A department's id.", () => new TeamError('department-not-found')),
  domain: text('A domain, in lower case.', domainNotFound),
  handover: id("A handover's id.", () => new TeamError('handover-not-found')),
  import: id("An import's id.", () => new TeamError('import-not-found')),
  job: id("A job's id.", () => new TeamError('job-not-found')),
  key: id('The id of a host key, which is not the key.', () => new TeamError('host-key-not-found')),
  member: id("A member's id, the `sub` of their tokens.", () => new TeamError('member-not-found')),
  role: text("A role's id or key.", () => new TeamError('role-not-found')),
  session: text('The id of a session, which opens nothing.', sessionNotFound),
  token: id(
    'The id of a token, which is not the token.',
    () => new ScimConnectionError('token-not-found'),
  ),
  transfer: id(
    'The id of a transfer of ownership.',
    () => new TeamError('ownership-transfer-not-found'),
  ),
  webhookEndpoint: id(
    "A webhook endpoint's id.",
    () => new TeamError('webhook-endpoint-not-found'),
  ),
  workspace: text("A workspace's id or slug.", () => new TeamError('workspace-not-found')),
}

/** The names in braces of a path; `never` where there are none. */
export type NamesInPath<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesInPath<Rest>
  : never

/** The names in braces of a path, in their order. */
export function namesInPath(path: string): PathParameterName[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as PathParameterName)
}

/** Throws what the named thing's absence is called, for a text that can't be its id. */
export function parsePathParameter(name: PathParameterName, text: string): string {
  const { format, unknown } = pathParameters[name]
  if (format === 'uuid' && !isId(text)) throw unknown()
  return text
}
