import { z } from 'zod'

/** `limit` of a list: at most so many on a page, `usual` unless told. */
export function pageSize(usual: number, most: number): z.ZodType<number> {
  return (
    z
      // `Number` alone would take an empty text for a zero and `1e1` for a ten.
      .string()
      .regex(/^\d{1,4}$/, `must be a number from 1 to ${most}`)
      .transform(Number)
      .pipe(z.number().min(1).max(most))
      .default(usual)
      .meta({
        override: ({ jsonSchema }) => {
          delete jsonSchema.pattern
          Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: most, default: usual })
        },
      })
  )
}
