import type { ChosenTarget, HandoverView } from '@plantel/team'
import { z } from 'zod'

/** Where a person sends all of a leaver's conversations. */
export const chosenTarget: z.ZodType<ChosenTarget> = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('rules') }),
    z.strictObject({ kind: z.literal('unassigned') }),
    z.strictObject({ kind: z.literal('member'), memberId: z.uuid() }),
    z.strictObject({ kind: z.literal('department'), departmentId: z.uuid() }),
  ])
  .default({ kind: 'rules' })
  .meta({ description: 'By the rules of the departments, or all of them to one place.' })

const person = z.object({
  id: z.uuid(),
  displayName: z.string(),
  email: z.string().nullable(),
  hostUserId: z.string().nullable(),
})
const department = z.object({ id: z.uuid(), name: z.string() })

export const handoverState: z.ZodType<HandoverView['state']> = z.enum([
  'requested',
  'completed',
  'failed',
  'cancelled',
])

/** A handover in answers; its event has the same, without `nextAttemptAt`. */
export const shownHandover: z.ZodType<HandoverView> = z
  .object({
    id: z.uuid(),
    member: person,
    cause: z.string().meta({ description: 'The event that ended their access, or `chosen`.' }),
    state: handoverState,
    parts: z.array(
      z.object({
        department: department.nullable().meta({
          description: 'Conversations of this department; null is all that no other part names.',
        }),
        to: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('member'), member: person }),
          z.object({ kind: z.literal('department'), department }),
          z.object({ kind: z.literal('unassigned') }),
        ]),
        by: z.string(),
      }),
    ),
    attempts: z.int(),
    nextAttemptAt: z.date().nullable(),
    moved: z.int(),
    remaining: z.int().nullable().meta({ description: 'Null until the host has said.' }),
    requestedAt: z.date(),
    endedAt: z.date().nullable(),
  })
  .meta({ id: 'Handover' })
