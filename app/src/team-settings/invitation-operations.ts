import type { WorkspaceTransaction } from '@plantel/db'
import {
  cancelInvitation,
  type InvitationLink,
  type InvitationRow,
  inviteMembers,
  listInvitations,
  readInvitationActions,
  resendInvitation,
  revealInvitation,
  TeamError,
} from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { pageSize } from '../operations/page-size.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { ProblemError } from '../problem.ts'
import { answerOf, type InvitationAnswer, readInvitees } from './invitees.ts'
import { everyoneRequest, personRequest } from './person-request.ts'

/** What the operations about invitations are built on. */
export interface InvitationDependencies {
  /** The address that a link has. */
  invitationUrl: (link: InvitationLink) => string
}

const message = z
  .string()
  .trim()
  .min(1)
  .max(1_000)
  .exactOptional()
  .meta({ description: "The inviter's own words in the mail." })

/** More would be a list for an import. */
const mostPeople = 1_000

const invitationRequest = z
  .strictObject({
    people: z.array(personRequest).min(1).max(mostPeople).exactOptional(),
    addresses: z.string().min(1).max(200_000).exactOptional().meta({
      description:
        'As pasted: `Name <address>`, commas, semicolons, tabs and lines. What can not be read is named with its line.',
      example: 'Ana García <ana@acme.example>; bo@acme.example',
    }),
    everyone: everyoneRequest.exactOptional().meta({
      description: 'For everybody who is not given their own.',
    }),
    message,
    allOrNothing: z.boolean().default(false).meta({
      description: 'Invite nobody unless everybody can be invited.',
    }),
  })
  .refine(
    ({ people, addresses }) => (people === undefined) !== (addresses === undefined),
    'must have either people or addresses',
  )

const refusedPerson = z.object({
  email: z.string().meta({ description: 'As it was given.' }),
  line: z.int().nullable().meta({ description: 'Where it stands in `addresses`, from 1.' }),
  reason: z.string().meta({ description: 'Stable, such as `already-member`.' }),
  subject: z.string().nullable().meta({ description: 'Which role, department or channel.' }),
  detail: z.string().meta({ description: 'What to do, for people.' }),
})

const invitationAnswer = z.object({
  invited: z.array(
    z.object({
      email: z.string(),
      line: z.int().nullable(),
      memberId: z.uuid(),
      invitationId: z.uuid(),
      cameBack: z.boolean().meta({ description: 'They were a member before, under the same id.' }),
    }),
  ),
  refused: z.array(refusedPerson),
})

const invitation = z
  .object({
    id: z.uuid(),
    memberId: z.uuid(),
    displayName: z.string(),
    email: z.string().nullable(),
    role: z.object({ id: z.uuid(), key: z.string(), name: z.string() }).nullable(),
    state: z.enum(['open', 'accepted', 'cancelled', 'expired']),
    invitedBy: z
      .object({ id: z.uuid(), displayName: z.string() })
      .nullable()
      .meta({ description: 'Null for one of the host.' }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    delivery: z
      .object({
        state: z.enum(['queued', 'sent', 'failed']),
        error: z.string().nullable().meta({
          description:
            'What kept the last attempt from arriving, such as `recipient-refused`; a queued mail is tried again.',
        }),
        sentAt: z.iso.datetime().nullable(),
      })
      .meta({ description: 'How far the last mail has come.' }),
    can: z.object({ actions: z.array(z.enum(['resend', 'reveal-link', 'cancel'])) }),
  })
  .meta({ id: 'Invitation' })

const sentInvitation = z.object({ expiresAt: z.iso.datetime() })

/** Asking people in, and what becomes of it. */
export function invitationOperations({
  invitationUrl,
}: InvitationDependencies): readonly Operation<WorkspaceCaller>[] {
  return [
    workspaceOperation({
      method: 'get',
      path: '/invitations',
      id: 'listInvitations',
      tag: 'Members',
      summary: 'List invitations',
      description:
        'The newest first. Without `state` those that somebody may act on: open ones, and expired ones of people who were not asked again.',
      query: z.strictObject({
        member: z.uuid().optional().meta({ description: 'Only those of this member.' }),
        state: z.enum(['open', 'accepted', 'cancelled', 'expired']).optional(),
        cursor: z.uuid().optional().meta({ description: '`nextCursor` of the page before.' }),
        limit: pageSize(50, 100),
      }),
      answers: {
        200: {
          description: 'A page.',
          body: z.object({
            invitations: z.array(invitation),
            nextCursor: z.uuid().nullable(),
          }),
        },
      },
      handle: async (caller, { query }) => ({
        status: 200,
        body: await caller.read(async (trx) => {
          const { invitations, nextCursor } = await listInvitations(trx, query)
          return { invitations: await viewInvitations(trx, invitations), nextCursor }
        }),
      }),
    }),
    workspaceOperation({
      method: 'post',
      path: '/invitations',
      id: 'inviteMembers',
      tag: 'Members',
      summary: 'Invite people',
      description:
        'One or up to a thousand, each by a mail in their language. Whoever can not be invited is named with the reason and holds up nobody else. ' +
        'When nobody can be invited the answer is a refusal.',
      body: invitationRequest,
      answers: { 201: { description: 'Who is invited, and who is not.', body: invitationAnswer } },
      refusals: ['conflict'],
      async handle(caller, { body }) {
        const { drafts, mistakes } = readInvitees(body)
        if (drafts.length > mostPeople) {
          throw new ProblemError(
            'invalid-request',
            `At most ${mostPeople} people are invited at once: send the list in parts.`,
            { errors: [{ pointer: '/addresses', detail: `has ${drafts.length} addresses` }] },
          )
        }
        const answer = await caller.write(async (trx) => {
          const people = await inviteMembers(
            trx,
            drafts.map(({ draft }) => draft),
            body.message === undefined ? {} : { message: body.message },
          )
          const answered = answerOf(drafts, people, mistakes)
          // Thrown inside the transaction: nobody is invited.
          refuseAll(answered, body.allOrNothing)
          return answered
        })
        return { status: 201, body: answer }
      },
    }),
    workspaceOperation({
      method: 'post',
      path: '/members/{member}/invitation/resend',
      id: 'resendInvitation',
      tag: 'Members',
      summary: 'Send an invitation again',
      description:
        'With a new link and a new end; the old link is dead. An expired one is opened again.',
      body: z.strictObject({ message }),
      answers: { 200: { description: 'It is on its way.', body: sentInvitation } },
      refusals: ['conflict'],
      async handle(caller, { params, body }) {
        const { expiresAt } = await caller.write((trx) =>
          resendInvitation(
            trx,
            params.member,
            body.message === undefined ? {} : { message: body.message },
          ),
        )
        return { status: 200, body: { expiresAt: expiresAt.toISOString() } }
      },
    }),
    workspaceOperation({
      method: 'post',
      path: '/members/{member}/invitation/link',
      id: 'revealInvitationLink',
      tag: 'Members',
      summary: 'Hand out the link of an invitation',
      description:
        'For those who reach the person in another way than by mail. Whoever has the link can come in as this person; that it was handed out is on record.',
      // A credential: it is remembered for no repeated request.
      scope: 'tokens',
      answers: {
        200: { description: 'The link.', body: sentInvitation.extend({ url: z.url() }) },
      },
      refusals: ['conflict'],
      async handle(caller, { params }) {
        const link = await caller.write((trx) => revealInvitation(trx, params.member))
        return {
          status: 200,
          body: { url: invitationUrl(link), expiresAt: link.expiresAt.toISOString() },
        }
      },
    }),
    workspaceOperation({
      method: 'delete',
      path: '/members/{member}/invitation',
      id: 'cancelInvitation',
      tag: 'Members',
      summary: 'Take an invitation back',
      answers: { 204: { description: 'Nobody comes in by its link, and its seat is free.' } },
      refusals: ['conflict'],
      async handle(caller, { params }) {
        await caller.write((trx) => cancelInvitation(trx, params.member))
        return { status: 204 }
      },
    }),
  ]
}

function refuseAll({ invited, refused }: InvitationAnswer, allOrNothing: boolean): void {
  const [only] = refused
  if (only === undefined || (invited.length > 0 && !allOrNothing)) return
  if (invited.length === 0 && refused.length === 1) {
    throw new TeamError(only.reason, only.subject ?? undefined)
  }
  throw new ProblemError(
    'conflict',
    'Nobody was invited: correct or leave out those under `refused`.',
    { reason: 'nobody-invited', refused },
  )
}

async function viewInvitations(
  trx: WorkspaceTransaction,
  rows: readonly InvitationRow[],
): Promise<z.output<typeof invitation>[]> {
  const actions = await readInvitationActions(trx, rows)
  return rows.map(({ delivery, createdAt, expiresAt, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    delivery: { ...delivery, sentAt: delivery.sentAt?.toISOString() ?? null },
    can: { actions: actions.get(row.id) ?? [] },
  }))
}
