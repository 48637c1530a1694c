import { type AuditFilter, auditActorKinds } from '@plantel/team'
import { z } from 'zod'

type Moment = z.ZodOptional<z.ZodPipe<z.ZodISODateTime, z.ZodTransform<Date, string>>>

const moment: Moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .optional()

/** Which entries of a history are wanted, as parameters. */
export const historyFilterShape: {
  actorKind: z.ZodOptional<z.ZodEnum<{ [Kind in (typeof auditActorKinds)[number]]: Kind }>>
  actor: z.ZodOptional<z.ZodUUID>
  action: z.ZodOptional<z.ZodString>
  member: z.ZodOptional<z.ZodUUID>
  request: z.ZodOptional<z.ZodString>
  since: Moment
  until: Moment
} = {
  actorKind: z.enum(auditActorKinds).optional(),
  actor: z.uuid().optional().meta({ description: 'Id of the member, connection or host key.' }),
  action: z
    .string()
    .regex(/^[a-z_]+\.[a-z_]*$/, 'must be an action, or its beginning with a dot')
    .optional()
    .meta({
      description: '`member.suspended`, or `member.` for all that begin so.',
      example: 'member.',
    }),
  member: z.uuid().optional().meta({ description: 'Entries about this member.' }),
  request: z.string().max(200).optional().meta({ description: 'A request id.' }),
  since: moment,
  until: moment,
}

type FilterRequest = z.output<z.ZodObject<typeof historyFilterShape>>

/** The same, parsed. */
export function historyFilterOf(request: FilterRequest): AuditFilter {
  const { actorKind, actor, action, member, request: requestId, since, until } = request
  return { actorKind, actorId: actor, action, memberId: member, requestId, since, until }
}
