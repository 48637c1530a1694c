import { z } from 'zod'

import { ProblemError } from './problem.ts'

/** Parses what a caller sent into a full type; throws `invalid-request` with a JSON pointer for each mistake. */
export function parseRequest<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors = result.error.issues.map((issue) => ({
    pointer: issue.path.map((part) => `/${escapePointer(String(part))}`).join(''),
    detail: issue.message,
  }))
  throw new ProblemError(
    'invalid-request',
    errors
      .map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer}: ${detail}`))
      .join('; '),
    { errors },
  )
}

/** For routes without parameters: a misspelt one must not be ignored. */
export const emptyQuery: z.ZodType<Record<string, never>> = z.strictObject({})

/** RFC 6901 §3. */
function escapePointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1')
}
