import {
  type Database,
  hashToken,
  inWorkspace,
  readInWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import { mayEnter, readMemberAccess } from '@plantel/team'
import { type SessionData, Store } from 'express-session'
import { type RawBuilder, sql } from 'kysely'

import { SignInError } from '../sign-in/sign-in-error.ts'
import type { SignedInMember } from '../sign-in/sso-strategy.ts'
import { systemActor } from '../system-actor.ts'
import type { EndedAccess } from './ended-access.ts'

declare module 'express-session' {
  interface SessionData {
    /** Written by passport's `req.login`. */
    passport?: { user: SignedInMember }
    /** By the database's clock, in milliseconds; set on sessions that were read from the store. */
    signedInAt?: number
  }
}

const idleInterval = sql`interval '8 hours'`
const absoluteInterval = sql`interval '24 hours'`
const prolongedEveryMs = 60_000

/**
 * Sessions of one workspace, in the database, for one request. A session whose member may no longer come in is not
 * found, whichever replica is asked.
 */
export class SessionStore extends Store {
  readonly #db: Database
  readonly #workspaceId: string
  #joined: WorkspaceTransaction | undefined
  /** Ids that the browser has sent: only these can be of a session that is stored. */
  readonly #asked = new Set<string>()
  /** The session that was read, if it was in use just now. */
  #recent: string | undefined
  #written: { id: string; data: string } | undefined

  constructor(db: Database, workspaceId: string) {
    super()
    this.#db = db
    this.#workspaceId = workspaceId
  }

  /** What is stored and destroyed meanwhile becomes part of the transaction. */
  async join(trx: WorkspaceTransaction, work: () => Promise<void>): Promise<void> {
    this.#joined = trx
    try {
      await work()
    } finally {
      this.#joined = undefined
    }
  }

  get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    settle(this.#read(id), done)
  }

  set(id: string, session: SessionData, done?: (error?: unknown) => void): void {
    settle(this.#write(id, session), done)
  }

  override touch(id: string, _session: SessionData, done?: (error?: unknown) => void): void {
    settle(this.#prolong(id), done)
  }

  destroy(id: string, done?: (error?: unknown) => void): void {
    settle(this.#remove(id), done)
  }

  #read(id: string): Promise<SessionData | null> {
    this.#asked.add(id)
    const read = async (trx: WorkspaceTransaction): Promise<SessionData | null> => {
      const row = await trx.query
        .selectFrom('sessions')
        .select(['member_id', 'data', 'created_at', 'last_seen_at'])
        .where('workspace_id', '=', trx.workspaceId)
        .where('id_hash', '=', hashToken(id))
        .where('idle_expires_at', '>', sql<Date>`now()`)
        .where('absolute_expires_at', '>', sql<Date>`now()`)
        .executeTakeFirst()
      if (row === undefined) return null
      const access = await readMemberAccess(trx, row.member_id)
      if (access === undefined || mayEnter(access, row.created_at) !== 'yes') return null
      const lastSeenMs = trx.now.getTime() - row.last_seen_at.getTime()
      this.#recent = lastSeenMs < prolongedEveryMs ? id : undefined
      return { ...(row.data as unknown as SessionData), signedInAt: row.created_at.getTime() }
    }
    return readInWorkspace(this.#db, this.#workspaceId, systemActor(), read, { eager: true })
  }

  #within<T>(work: (trx: WorkspaceTransaction) => Promise<T>): Promise<T> {
    if (this.#joined !== undefined) return work(this.#joined)
    return inWorkspace(this.#db, this.#workspaceId, systemActor(), work, { eager: true })
  }

  async #write(id: string, session: SessionData): Promise<void> {
    const user = session.passport?.user
    if (user === undefined) throw new Error('Only a signed-in member has a session.')
    const data = JSON.stringify(session)
    // express-session stores a new session a second time when the response ends.
    if (this.#written?.id === id && this.#written.data === data) return
    await this.#within(async (trx) => {
      sendSweep(trx)
      waitForChanges(trx, user.memberId)
      trx.send(
        trx.query
          .insertInto('sessions')
          .values({
            workspace_id: trx.workspaceId,
            id_hash: hashToken(id),
            member_id: user.memberId,
            connection_id: user.connectionId,
            data,
            last_seen_at: sql<Date>`now()`,
            idle_expires_at: sql<Date>`now() + ${idleInterval}`,
            absolute_expires_at: absoluteEnd(user.sso?.session?.expiresAt),
            sso_subject: user.sso?.session?.nameId ?? user.sso?.subject ?? null,
            sso_name_format: user.sso?.session?.nameFormat ?? null,
            sso_session: user.sso?.session?.id ?? null,
          })
          .onConflict((conflict) =>
            conflict
              .columns(['workspace_id', 'id_hash'])
              .doUpdateSet((eb) => ({ data: eb.ref('excluded.data') })),
          ),
      )
      await requireEntry(trx, user.memberId)
    })
    this.#written = { id, data }
  }

  async #prolong(id: string): Promise<void> {
    if (this.#recent === id) return
    await inWorkspace(this.#db, this.#workspaceId, systemActor(), ({ query, workspaceId }) =>
      query
        .updateTable('sessions')
        .set({
          last_seen_at: sql<Date>`now()`,
          idle_expires_at: sql<Date>`now() + ${idleInterval}`,
        })
        .where('workspace_id', '=', workspaceId)
        .where('id_hash', '=', hashToken(id))
        .where('last_seen_at', '<', sql<Date>`now() - interval '1 minute'`)
        .execute(),
    )
  }

  async #remove(id: string): Promise<void> {
    if (!this.#asked.has(id) && this.#written?.id !== id) return
    await this.#within(async ({ query, workspaceId }) => {
      await query
        .deleteFrom('sessions')
        .where('workspace_id', '=', workspaceId)
        .where('id_hash', '=', hashToken(id))
        .execute()
    })
  }
}

/** A day, or as long as the identity provider allows. */
function absoluteEnd(idpExpiresAt: string | undefined): RawBuilder<Date> {
  if (idpExpiresAt === undefined) return sql<Date>`now() + ${absoluteInterval}`
  return sql<Date>`least(now() + ${absoluteInterval}, ${idpExpiresAt}::timestamptz)`
}

/** express-session waits for a callback; without one a failure stays an unhandled rejection, which is loud. */
function settle<T>(work: Promise<T>, done?: (error?: unknown, result?: T) => void): void {
  void (async () => {
    let result: T
    try {
      result = await work
    } catch (error) {
      if (done === undefined) throw error
      done(error)
      return
    }
    done?.(null, result)
  })()
}

/** Idle ones stay to their end: what was issued to them at the provider ends with them. */
function sendSweep(trx: WorkspaceTransaction): void {
  trx.send(
    trx.query
      .deleteFrom('sessions')
      .where('workspace_id', '=', trx.workspaceId)
      .where('absolute_expires_at', '<', sql<Date>`now()`),
  )
}

/** Whether a sign-in of that moment, to the millisecond, is within the life that it was given. */
export async function isSessionWithin(
  db: Database,
  workspaceId: string,
  memberId: string,
  signedInAt: Date,
): Promise<boolean> {
  return readInWorkspace(db, workspaceId, systemActor(), async ({ query }) => {
    const row = await query
      .selectFrom('sessions')
      .select('member_id')
      .where('workspace_id', '=', workspaceId)
      .where('member_id', '=', memberId)
      .where(sql<Date>`date_trunc('milliseconds', created_at)`, '=', signedInAt)
      .where('absolute_expires_at', '>', sql<Date>`now()`)
      .executeTakeFirst()
    return row !== undefined
  })
}

/**
 * Waits for whoever is changing the member right now: a session written between a suspension's
 * check and its commit would be newer than the moment from which the member's sessions count.
 */
function waitForChanges(trx: WorkspaceTransaction, memberId: string): void {
  trx.send(
    trx.query
      .selectFrom('members')
      .select('id')
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', memberId)
      .forShare(),
  )
}

/** What has been sent in the transaction is undone where the answer is no. */
async function requireEntry(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  const { workspaceId } = trx
  const access = await readMemberAccess(trx, memberId)
  if (access === undefined) throw new SignInError('member-unknown', { workspaceId })
  const answer = mayEnter(access, trx.now)
  if (answer !== 'yes') {
    throw new SignInError('access-refused', { adminDetail: answer, workspaceId })
  }
}

/** Sends that members' sessions from before the moment from which they count are deleted, on all their devices. */
export function sendEndedSessionsGone(
  trx: WorkspaceTransaction,
  { memberIds, validFrom }: EndedAccess,
): void {
  trx.send(sql`
    delete from sessions s
    where s.workspace_id = ${trx.workspaceId} and s.member_id = any(${memberIds})
      and s.created_at < ${validFrom(sql`s.member_id`)}`)
}
