import { z } from 'zod'

/** Part of the answer to a change of what many people have: which job gives it to them. */
export const changeJob: z.ZodNullable<z.ZodUUID> = z.uuid().nullable().meta({
  description: 'The job that gives many people what was decided; null where everybody has it.',
})
