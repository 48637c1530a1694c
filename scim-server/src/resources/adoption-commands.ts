import { isId, type WorkspaceTransaction } from '@plantel/db'
import {
  type DirectoryUserRow,
  listPendingAdoptions,
  lockDirectoryUser,
  settleAdoption,
  TeamError,
} from '@plantel/team'

import { listScimConnections, readScimConnection } from '../connections/scim-connection-queries.ts'
import { userFromRow, userToDraft } from './user-resource.ts'

/**
 * An administrator says whether somebody of the directory is the member who has their address, or another person, who
 * then has no sign-in address. Throws `connection-not-found`, and `adoption-not-pending` where nobody waits.
 */
export async function decideAdoption(
  trx: WorkspaceTransaction,
  connectionId: string,
  directoryUserId: string,
  decision: 'same' | 'other',
): Promise<void> {
  const { id } = await readScimConnection(trx, connectionId)
  const user = isId(directoryUserId) ? await lockDirectoryUser(trx, id, directoryUserId) : undefined
  if (user === undefined || (await isLinked(trx, user))) throw new TeamError('adoption-not-pending')
  await settleAdoption(trx, user, draftOf(user), decision)
}

const reviewedAtOnce = 100

/**
 * Links those who waited and whom policy and domains now allow to be; a hundred, behind `after`. Answers behind whom to go
 * on, undefined at the end.
 */
export async function reviewAdoptions(
  trx: WorkspaceTransaction,
  after: { connectionId: string; id: string } | undefined,
): Promise<{ connectionId: string; id: string } | undefined> {
  const connections = (await listScimConnections(trx)).map(({ id }) => id).toSorted()
  const connectionId = after?.connectionId ?? connections[0]
  if (connectionId === undefined) return undefined
  const pending = await listPendingAdoptions(trx, connectionId, {
    after: after?.id,
    limit: reviewedAtOnce,
  })
  for (const { directoryUser } of pending) {
    const user = await lockDirectoryUser(trx, connectionId, directoryUser.id)
    if (user !== undefined) await settleAdoption(trx, user, draftOf(user), 'policy')
  }
  const last = pending.at(-1)
  if (last !== undefined) return { connectionId, id: last.directoryUser.id }
  const next = connections[connections.indexOf(connectionId) + 1]
  return next === undefined ? undefined : { connectionId: next, id: firstId }
}

/** Before every other. */
const firstId = '00000000-0000-0000-0000-000000000000'

async function isLinked(trx: WorkspaceTransaction, { id }: DirectoryUserRow): Promise<boolean> {
  const member = await trx.query
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('directory_user_id', '=', id)
    .executeTakeFirst()
  return member !== undefined
}

function draftOf(user: DirectoryUserRow): ReturnType<typeof userToDraft> {
  return userToDraft(
    userFromRow({ ...user, groups: [], manager: null, effective_access: null }, ''),
  )
}
