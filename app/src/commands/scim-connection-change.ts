import {
  activateScimConnection,
  deleteScimConnection,
  listScimConnections,
  pauseScimConnection,
  readScimConnection,
  updateScimConnection,
} from '@plantel/scim-server'

import { scimConnectionPatch } from '../host-api/scim-connection-operations.ts'
import { parseRequest } from '../parse-request.ts'
import type { CommandReport } from './command-output.ts'
import {
  describeScimConnection,
  inWorkspaceOf,
  type ScimConnectionOptions,
} from './scim-connection-call.ts'

/** `plantel scim-connection list`. */
export function scimConnectionList({ workspace }: { workspace: string }): Promise<CommandReport> {
  return inWorkspaceOf(workspace, listScimConnections, (connections, publicUrl) => {
    const described = connections.map((each) => describeScimConnection(each, publicUrl))
    const none = ['The workspace has no SCIM connection.']
    return {
      lines: described.length === 0 ? none : described.flatMap(({ lines }) => lines),
      json: { connections: described.map(({ json }) => json) },
    }
  })
}

/** `plantel scim-connection update`. */
export function scimConnectionUpdate(
  options: ScimConnectionOptions & {
    name?: string
    profile?: string
    patchResponse?: string
    /** False is commander's way to say `--no-default-role`. */
    defaultRole?: string | false
    requestsPerMinute?: string
    burst?: string
  },
): Promise<CommandReport> {
  const { workspace, connection, defaultRole, requestsPerMinute, burst, ...rest } = options
  const hasRate = requestsPerMinute !== undefined || burst !== undefined
  const patch = parseRequest(scimConnectionPatch, {
    ...rest,
    ...(defaultRole === undefined ? {} : { defaultRole: defaultRole || null }),
    ...(hasRate
      ? { rateLimit: { requestsPerMinute: Number(requestsPerMinute), burst: Number(burst) } }
      : {}),
  })
  return inWorkspaceOf(
    workspace,
    async (trx) => {
      await updateScimConnection(trx, connection, patch)
      return readScimConnection(trx, connection)
    },
    describeScimConnection,
  )
}

/** `plantel scim-connection pause`: requests are refused, people keep their access. */
export function scimConnectionPause(options: ScimConnectionOptions): Promise<CommandReport> {
  return changeState(options, pauseScimConnection)
}

/** `plantel scim-connection resume`: also starts a draft. */
export function scimConnectionResume(options: ScimConnectionOptions): Promise<CommandReport> {
  return changeState(options, activateScimConnection)
}

function changeState(
  { workspace, connection }: ScimConnectionOptions,
  change: typeof pauseScimConnection,
): Promise<CommandReport> {
  return inWorkspaceOf(
    workspace,
    async (trx) => {
      await change(trx, connection)
      return readScimConnection(trx, connection)
    },
    describeScimConnection,
  )
}

/** `plantel scim-connection delete`: for good; its people stay members, without what the directory gave them. */
export function scimConnectionDelete({
  workspace,
  connection,
}: ScimConnectionOptions): Promise<CommandReport> {
  return inWorkspaceOf(
    workspace,
    (trx) => deleteScimConnection(trx, connection),
    ({ members }) => ({
      lines: [
        'The SCIM connection was deleted with its tokens, mapping rules and directory.',
        `${members} people stay members in the state they are in, without what the directory gave them.`,
      ],
      json: { id: connection, members },
    }),
  )
}
