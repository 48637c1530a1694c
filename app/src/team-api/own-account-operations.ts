import type { WorkspaceTransaction } from '@plantel/db'
import {
  createRecoveryCodes,
  type OwnPasswordState,
  readOwnPassword,
  replaceRecoveryCodes,
} from '@plantel/idp-bridge'
import {
  type MemberSession,
  endMemberSession,
  listMemberSessions,
  readAvailability,
  setAvailability,
  signOutMember,
  TeamError,
} from '@plantel/team'
import type { OwnAccount, OwnSession } from '@plantel/widget/contract'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { sessionNotFound } from '../operations/path-parameters.ts'
import { ProblemError } from '../problem.ts'
import { type PasswordDependencies, refuseFlaw } from '../team-settings/password-dependencies.ts'
import { ownEmail, ownEmailOperations, readOwnEmail } from './own-email-operations.ts'
import { passwordUnchangeable, requireOwnPassword, wrongPassword } from './require-own-password.ts'
import { type TeamCaller, teamOperation } from './team-edge.ts'

const availability: z.ZodType<OwnAccount['availability']> = z.enum(['online', 'away'])

const account: z.ZodType<OwnAccount> = z
  .object({
    memberId: z.uuid().meta({
      description:
        '`GET /members/{member}` says which fields of the profile are one’s own to edit, and why not.',
    }),
    availability,
    awaySince: z.iso.datetime().nullable(),
    email: ownEmail,
    password: z.object({
      isSet: z.boolean(),
      changedAt: z.iso.datetime().nullable(),
      canChange: z.boolean(),
      reason: z.enum(['no-password', 'sso-required']).nullable().meta({
        description: 'Why it can not be changed.',
      }),
    }),
    recoveryCodes: z.object({ left: z.int(), canMake: z.boolean() }).meta({
      description: 'Of break-glass owners.',
    }),
  })
  .meta({ id: 'OwnAccount' })

const session: z.ZodType<OwnSession> = z
  .object({
    id: z.string(),
    signedInAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
    endsAt: z.iso.datetime(),
    connection: z.object({ id: z.uuid(), name: z.string() }).nullable().meta({
      description: 'The company account; null for a password.',
    }),
  })
  .meta({ id: 'OwnSession' })

/** What is one's own: how one comes in, where one is signed in, and whether one is here. */
export function ownAccountOperations(
  passwords: PasswordDependencies,
): readonly Operation<TeamCaller>[] {
  return [
    teamOperation({
      method: 'get',
      path: '/me',
      id: 'readOwnAccount',
      tag: 'Members',
      summary: 'Read one’s own account',
      answers: { 200: { description: 'The account.', body: account } },
      handle: async (caller) => ({
        status: 200,
        body: await caller.read((trx, { memberId }) => readAccount(trx, memberId)),
      }),
    }),
    teamOperation({
      method: 'put',
      path: '/me/availability',
      id: 'setOwnAvailability',
      tag: 'Presence',
      summary: 'Say that one is away, or back',
      description:
        'Whoever is away stays so until they say otherwise, whatever their screen shows.',
      body: z.strictObject({ availability }),
      answers: { 200: { description: 'The account.', body: account } },
      async handle(caller, { body }) {
        const shown = await caller.write(async (trx, { memberId }) => {
          await setAvailability(trx, memberId, body.availability)
          return readAccount(trx, memberId)
        })
        return { status: 200, body: shown }
      },
    }),
    changePassword(passwords),
    ...ownEmailOperations(passwords),
    teamOperation({
      method: 'post',
      path: '/me/recovery-codes',
      id: 'createOwnRecoveryCodes',
      tag: 'Sign-in',
      summary: 'Make one’s own recovery codes',
      description:
        'Of a break-glass owner, in place of those from before. Each lets them in once, with their email, also while single sign-on is required.',
      answers: {
        201: {
          description: 'Shown this once, to be printed and locked away.',
          body: z.strictObject({ codes: z.array(z.string()) }),
        },
      },
      refusals: ['conflict'],
      async handle(caller) {
        const codes = await createRecoveryCodes()
        const isMade = await caller.write((trx, { memberId }) =>
          replaceRecoveryCodes(trx, memberId, codes),
        )
        if (isMade) return { status: 201, body: { codes: codes.plain } }
        throw new ProblemError(
          'conflict',
          'Only break-glass owners have recovery codes: sign in through your company.',
          { reason: 'not-break-glass' },
        )
      },
    }),
    teamOperation({
      method: 'get',
      path: '/me/sessions',
      id: 'listOwnSessions',
      tag: 'Sign-in',
      summary: 'List where one is signed in',
      answers: {
        200: {
          description: 'The one that was used last first.',
          body: z.object({ sessions: z.array(session) }),
        },
      },
      handle: async (caller) => ({
        status: 200,
        body: await caller.read(async (trx, { memberId }) => ({
          sessions: (await listMemberSessions(trx, memberId)).map(showSession),
        })),
      }),
    }),
    teamOperation({
      method: 'delete',
      path: '/me/sessions/{session}',
      id: 'endOwnSession',
      tag: 'Sign-in',
      summary: 'Sign out of one browser',
      description:
        'Its next sign-in asks again. What the inbox got through it goes on until it asks again; `POST /members/{member}/sign-out` ends that too, everywhere and at once.',
      answers: { 204: { description: 'It has ended.' } },
      async handle(caller, { params }) {
        const isEnded = await caller.write((trx, { memberId }) =>
          endMemberSession(trx, memberId, params.session),
        )
        if (!isEnded) throw sessionNotFound()
        return { status: 204 }
      },
    }),
  ]
}

function changePassword(passwords: PasswordDependencies): Operation<TeamCaller> {
  const text = z.string().min(1).max(1_000)
  return teamOperation({
    method: 'put',
    path: '/me/password',
    id: 'changeOwnPassword',
    tag: 'Members',
    summary: 'Change one’s own password',
    description:
      'Signs out everywhere, here too: whoever knew the old one is out, and the next token is asked for anew.',
    body: z.strictObject({ currentPassword: text, newPassword: text }),
    answers: { 204: { description: 'It counts from now on.' } },
    refusals: ['conflict'],
    async handle(caller, { body: { currentPassword, newPassword } }) {
      const { workspaceId, memberId, about } = await caller.read(async (trx, viewer) => {
        refuseUnchangeable(await readOwnPassword(trx, viewer.memberId))
        const { email, displayName } = viewer.access
        return { ...viewer, about: [email ?? '', displayName] }
      })
      const answer = await passwords.checkOwnPassword(workspaceId, memberId, currentPassword)
      const formerHash = requireOwnPassword(answer)
      refuseFlaw(passwords.flawOfPassword(newPassword, about), '/newPassword')
      const hash = await passwords.hashPassword(newPassword)
      await caller.write(async (trx) => {
        const now = await readOwnPassword(trx, memberId)
        refuseUnchangeable(now)
        // Somebody else who knows the old one was faster.
        if (now?.hash !== formerHash) throw wrongPassword()
        await passwords.setPassword(trx, memberId, hash)
        await signOutMember(trx, memberId)
      })
      return { status: 204 }
    },
  })
}

function reasonAgainst(state: OwnPasswordState | undefined): OwnAccount['password']['reason'] {
  if (state?.hash == null) return 'no-password'
  return state.isSsoRequired ? 'sso-required' : null
}

function refuseUnchangeable(state: OwnPasswordState | undefined): void {
  const reason = reasonAgainst(state)
  if (reason !== null) throw passwordUnchangeable(reason)
}

async function readAccount(trx: WorkspaceTransaction, memberId: string): Promise<OwnAccount> {
  const presence = await readAvailability(trx, memberId)
  const state = await readOwnPassword(trx, memberId)
  if (presence === undefined || state === undefined) throw new TeamError('member-not-found')
  const reason = reasonAgainst(state)
  return {
    memberId,
    availability: presence.availability,
    awaySince: presence.awaySince?.toISOString() ?? null,
    email: await readOwnEmail(trx, memberId),
    password: {
      isSet: state.hash !== null,
      changedAt: state.changedAt?.toISOString() ?? null,
      canChange: reason === null,
      reason,
    },
    recoveryCodes: { left: state.recoveryCodes, canMake: state.isBreakGlass },
  }
}

function showSession(session: MemberSession): OwnSession {
  return {
    ...session,
    signedInAt: session.signedInAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    endsAt: session.endsAt.toISOString(),
  }
}
