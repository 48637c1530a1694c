import {
  createRecoveryCodes,
  listRefusals,
  readRevocations,
  replaceRecoveryCodes,
} from '@plantel/idp-bridge'
import {
  endMemberSession,
  listMemberSessions,
  type MemberSession,
  readMemberAccess,
  TeamError,
} from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { sessionNotFound } from '../operations/path-parameters.ts'
import { ProblemError } from '../problem.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'

const memberSession: z.ZodType<MemberSession> = z
  .strictObject({
    id: z.string(),
    signedInAt: z.date(),
    lastSeenAt: z.date(),
    endsAt: z.date(),
    connection: z.strictObject({ id: z.uuid(), name: z.string() }).nullable().meta({
      description: 'The company account; null for a password.',
    }),
  })
  .meta({ id: 'MemberSession' })

/** What an admin does for people who can't come in, or are in where they should not be. */
export const ssoPeopleOperations: readonly Operation<HostWorkspaceCaller>[] = [
  hostWorkspaceOperation({
    method: 'post',
    path: '/members/{member}/recovery-codes',
    id: 'createRecoveryCodes',
    tag: 'Sign-in',
    summary: 'Make recovery codes for a break-glass owner',
    description:
      'In place of those from before. Each lets them in once, with their email, also while single sign-on is required.',
    scope: 'tokens',
    answers: {
      201: {
        description: 'Shown this once, to be printed and locked away.',
        body: z.strictObject({ codes: z.array(z.string()) }),
      },
    },
    refusals: ['conflict'],
    async handle(caller, { params }) {
      const codes = await createRecoveryCodes()
      if (await caller.write((trx) => replaceRecoveryCodes(trx, params.member, codes))) {
        return { status: 201, body: { codes: codes.plain } }
      }
      throw new ProblemError(
        'conflict',
        'Only break-glass owners have recovery codes: send everybody else through their company.',
        { reason: 'not-break-glass' },
      )
    },
  }),
  hostWorkspaceOperation({
    method: 'get',
    path: '/members/{member}/sessions',
    id: 'listMemberSessions',
    tag: 'Sign-in',
    summary: 'List where a member is signed in',
    answers: {
      200: {
        description: 'The one that was used last first; an id opens nothing.',
        body: z.strictObject({ sessions: z.array(memberSession) }),
      },
    },
    async handle(caller, { params }) {
      const sessions = await caller.read(async (trx) => {
        if ((await readMemberAccess(trx, params.member)) === undefined) {
          throw new TeamError('member-not-found')
        }
        return listMemberSessions(trx, params.member)
      })
      return { status: 200, body: { sessions } }
    },
  }),
  hostWorkspaceOperation({
    method: 'delete',
    path: '/members/{member}/sessions/{session}',
    id: 'endMemberSession',
    tag: 'Sign-in',
    summary: 'Sign a member out of one browser',
    description:
      'Its next sign-in asks again. What your inbox got through it goes on until it asks again; `POST /members/{member}/sign-out` ends that too, everywhere and at once.',
    answers: { 204: { description: 'It has ended.' } },
    async handle(caller, { params }) {
      const hasEnded = await caller.write((trx) =>
        endMemberSession(trx, params.member, params.session),
      )
      if (!hasEnded) throw sessionNotFound()
      return { status: 204 }
    },
  }),
  hostWorkspaceOperation({
    method: 'get',
    path: '/members/{member}/revocations',
    id: 'listRevocations',
    tag: 'Sign-in',
    summary: 'Show what became of a member’s ended access',
    description:
      'The newest ten. Nothing from before `endedAt` counts from that moment on; the times say when it was also deleted, and when each of your clients acknowledged it.',
    answers: {
      200: {
        description: 'A receipt for each time that their access ended.',
        body: z.strictObject({
          revocations: z.array(
            z.strictObject({
              endedAt: z.date(),
              reason: z.string(),
              connectionId: z.uuid().nullable(),
              sweptAfterMs: z.number().nullable(),
              clients: z.array(
                z.strictObject({
                  clientId: z.string(),
                  name: z.string(),
                  acknowledgedAfterMs: z.number().nullable(),
                }),
              ),
            }),
          ),
        }),
      },
    },
    async handle(caller, { params }) {
      const revocations = await caller.read(async (trx) => {
        if ((await readMemberAccess(trx, params.member)) === undefined) {
          throw new TeamError('member-not-found')
        }
        return readRevocations(trx, params.member, 10)
      })
      return { status: 200, body: { revocations } }
    },
  }),
  hostWorkspaceOperation({
    method: 'get',
    path: '/sign-in-refusals',
    id: 'listSignInRefusals',
    tag: 'Sign-in',
    summary: 'List refused sign-ins',
    description:
      'The newest first, for thirty days. The person’s error page shows `reference`; `detail` says what failed, such as the code of a SAML response’s refusal.',
    query: z.strictObject({
      reference: z.string().max(100).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answers: {
      200: {
        description: 'Refusals; none says who the person was.',
        body: z.strictObject({
          refusals: z.array(
            z.strictObject({
              reference: z.string(),
              code: z.string(),
              detail: z.string().nullable(),
              connectionId: z.uuid().nullable(),
              refusedAt: z.date(),
            }),
          ),
        }),
      },
    },
    async handle(caller, { query: { reference, limit } }) {
      const refusals = await caller.read((trx) => listRefusals(trx, { reference, limit }))
      return { status: 200, body: { refusals } }
    },
  }),
]
