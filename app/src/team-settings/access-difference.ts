import type { RoleDifference, RuleDifference } from '@plantel/team'
import { z } from 'zod'

import { ProblemError } from '../problem.ts'

const access = z
  .object({
    state: z.enum(['invited', 'active', 'suspended', 'removed']),
    role: z.string().nullable(),
    departments: z.array(z.string()),
    channels: z.array(z.string()),
    conversationAccess: z.enum(['own', 'departments', 'all']),
  })
  .meta({ id: 'MemberAccess' })

const shape = {
  hash: z.string().meta({ description: 'Stands for the whole difference.' }),
  changed: z.int().meta({ description: 'How many members have other access afterwards.' }),
  gainAccess: z.int().meta({ description: 'Of these, how many had no role and get one.' }),
  loseAccess: z.int().meta({ description: 'Of these, how many had a role and have none.' }),
  noSeat: z.int().meta({ description: 'How many need a seat by it and find none.' }),
  administrators: z.object({ before: z.int(), after: z.int() }).meta({
    description:
      'How many people may manage members; at 0 only owners, or nobody, can put it right.',
  }),
  members: z
    .array(z.object({ id: z.uuid(), displayName: z.string(), before: access, after: access }))
    .meta({ description: 'The first hundred.' }),
  unknownNames: z
    .array(
      z.object({
        kind: z.enum(['role', 'department', 'channel']),
        name: z.string(),
        members: z.int(),
      }),
    )
    .meta({
      description:
        'Names in the directory that give nothing, because the workspace has nothing of this name; the most frequent hundred.',
    }),
}

/** What a change of rules, roles or departments would do. */
export const accessDifference: z.ZodType<RuleDifference> = z
  .object(shape)
  .meta({ id: 'RuleDifference', description: 'Who gains and who loses, exactly.' })

/** What an edit of a role would do. */
export const roleDifference: z.ZodType<RoleDifference> = z
  .object({
    ...shape,
    permissions: z
      .object({ gained: z.array(z.string()), lost: z.array(z.string()) })
      .meta({ description: 'What everybody with the role may do more, and less.' }),
  })
  .meta({ id: 'RoleDifference' })

/** The hash of a preview, for whoever applies what they were shown. */
export const previewHash: z.ZodOptional<z.ZodString> = z
  .string()
  .min(1)
  .max(100)
  .optional()
  .meta({ description: 'The `hash` of a preview: any other difference is refused.' })

/** How an operation describes what `previewHash` does. */
export const aboutPreviewHash =
  'With the `previewHash` of a preview, what would now do something else than what was shown is refused with `conflict` and the new `difference`.'

/** The refusal of something that would do else than what was shown; it carries the new difference. */
export function differenceChanged(difference: RuleDifference): ProblemError {
  return new ProblemError(
    'conflict',
    'It would do something else than what was shown. Look at the new difference and save again.',
    { reason: 'difference-changed', difference },
  )
}
