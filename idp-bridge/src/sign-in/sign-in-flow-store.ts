import { randomBytes } from 'node:crypto'

import {
  createId,
  type Database,
  hashToken,
  inWorkspace,
  type Sealer,
  type WorkspaceTransaction,
} from '@plantel/db'
import type { InvitationLink } from '@plantel/team'
import { sql } from 'kysely'

import type { SsoConnection } from '../connections/sso-connection.ts'
import type { VerifiedAssertion } from '../saml/guard/read-response.ts'
import { isAssertionSeen, markAssertionSeen } from '../saml/seen-assertion-store.ts'
import { systemActor } from '../system-actor.ts'
import { type ClaimedFlow, type FlowMemory, flowTtlSeconds } from './sign-in-flow.ts'
import type { SsoProfile } from './sso-profile.ts'

const codeVerifierPlace = 'sign_in_flows.sealed_code_verifier'

/** Remembers a flow, and gives the secret that goes into the browser's cookie. */
export async function startFlow(
  db: Database,
  sealer: Sealer,
  connection: SsoConnection,
  draft: { memory: FlowMemory; returnTo: string; invitation?: InvitationLink | undefined },
): Promise<{ id: string; cookie: string }> {
  const id = createId()
  const cookie = randomBytes(32).toString('base64url')
  await inWorkspace(db, connection.workspaceId, systemActor(), async ({ query, workspaceId }) => {
    await query
      .deleteFrom('sign_in_flows')
      .where('workspace_id', '=', workspaceId)
      .where('expires_at', '<', sql<Date>`now()`)
      .execute()
    await query
      .insertInto('sign_in_flows')
      .values({
        workspace_id: workspaceId,
        id,
        connection_id: connection.id,
        cookie_hash: hashToken(cookie),
        ...memoryColumns(draft.memory, sealer),
        return_to: draft.returnTo,
        state: 'started',
        sso_profile: null,
        invitation_id: draft.invitation?.id ?? null,
        invitation_generation: draft.invitation?.generation ?? null,
        expires_at: sql<Date>`now() + make_interval(secs => ${flowTtlSeconds})`,
      })
      .execute()
  })
  return { id, cookie }
}

function memoryColumns(
  memory: FlowMemory,
  sealer: Sealer,
): { nonce?: string; sealed_code_verifier?: string; request_id?: string } {
  if (memory.protocol === 'saml') return { request_id: memory.requestId }
  const { nonce, codeVerifier } = memory.secrets
  return { nonce, sealed_code_verifier: sealer.seal(codeVerifier, codeVerifierPlace) }
}

/** Gives the flow to exactly one callback, on whichever replica, and only in the browser that started it. */
export async function claimFlow(
  db: Database,
  sealer: Sealer,
  connection: SsoConnection,
  flowId: string,
  cookie: string,
): Promise<ClaimedFlow | undefined> {
  const claim = async ({
    query,
    workspaceId,
  }: WorkspaceTransaction): Promise<ClaimedFlow | undefined> => {
    const row = await query
      .updateTable('sign_in_flows')
      .set({ state: 'redeeming' })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', flowId)
      .where('connection_id', '=', connection.id)
      .where('cookie_hash', '=', hashToken(cookie))
      .where('state', '=', 'started')
      .where('expires_at', '>', sql<Date>`now()`)
      .returning(['nonce', 'sealed_code_verifier', 'return_to'])
      .executeTakeFirst()
    if (row === undefined || row.nonce === null || row.sealed_code_verifier === null) {
      return undefined
    }
    const codeVerifier = sealer.open(row.sealed_code_verifier, codeVerifierPlace)
    const secrets = { nonce: row.nonce, codeVerifier }
    return { id: flowId, workspaceId, secrets, returnTo: row.return_to }
  }
  return inWorkspace(db, connection.workspaceId, systemActor(), claim, { eager: true })
}

/** Keeps what the identity provider asserted until the same browser finishes. */
export async function verifyFlow(
  db: Database,
  flow: ClaimedFlow,
  profile: SsoProfile,
): Promise<void> {
  const verify = ({ query, workspaceId }: WorkspaceTransaction): Promise<unknown> =>
    query
      .updateTable('sign_in_flows')
      .set({ state: 'verified', sso_profile: JSON.stringify(profile) })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', flow.id)
      .where('state', '=', 'redeeming')
      .execute()
  await inWorkspace(db, flow.workspaceId, systemActor(), verify, { eager: true })
}

/**
 * Gives an assertion to the flow whose request it answers: once, on whichever replica, and before it is older than the
 * flow. The browser is asked for its cookie afterwards, because none comes with another site's form.
 */
export async function answerFlow(
  db: Database,
  connection: SsoConnection,
  assertion: Pick<VerifiedAssertion, 'id' | 'inResponseTo' | 'expiresAt'>,
  profile: SsoProfile,
): Promise<{ flowId: string } | 'replayed' | 'unasked'> {
  const { inResponseTo } = assertion
  if (inResponseTo === undefined) return 'unasked'
  const answer = async (trx: WorkspaceTransaction): Promise<{ flowId: string } | 'unasked'> => {
    markAssertionSeen(trx, connection.id, assertion)
    const row = await trx.query
      .updateTable('sign_in_flows')
      .set({ state: 'verified', sso_profile: JSON.stringify(profile) })
      .where('workspace_id', '=', trx.workspaceId)
      .where('request_id', '=', inResponseTo)
      .where('connection_id', '=', connection.id)
      .where('state', '=', 'started')
      .where('expires_at', '>', sql<Date>`now()`)
      .returning('id')
      .executeTakeFirst()
    return row === undefined ? 'unasked' : { flowId: row.id }
  }
  try {
    return await inWorkspace(db, connection.workspaceId, systemActor(), answer, { eager: true })
  } catch (error) {
    if (isAssertionSeen(error)) return 'replayed'
    throw error
  }
}

/** A flow at its end: who it is, whither, and from which invitation they came. */
export interface FinishedFlow {
  profile: SsoProfile
  returnTo: string
  invitation: InvitationLink | undefined
}

/** Takes a verified flow away: it signs in once. */
export async function finishFlow(
  { query, workspaceId }: WorkspaceTransaction,
  flowId: string,
  cookie: string,
): Promise<FinishedFlow | undefined> {
  const row = await query
    .deleteFrom('sign_in_flows')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', flowId)
    .where('cookie_hash', '=', hashToken(cookie))
    .where('state', '=', 'verified')
    .where('expires_at', '>', sql<Date>`now()`)
    .returning(['sso_profile', 'return_to', 'invitation_id', 'invitation_generation'])
    .executeTakeFirst()
  if (row === undefined || row.sso_profile === null) return undefined
  const { invitation_id: id, invitation_generation: generation } = row
  return {
    profile: row.sso_profile as unknown as SsoProfile,
    returnTo: row.return_to,
    invitation: id === null || generation === null ? undefined : { id, generation },
  }
}
