import { z } from 'zod'

/** The keys that a schema knows at a path; of several shapes all of them. Empty where it can't be told. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let shapes = unwrap(schema)
  for (const part of path) shapes = shapes.flatMap((shape) => childOf(shape, part))
  const keys = shapes.flatMap((shape) =>
    shape instanceof z.ZodObject ? Object.keys(shape.shape) : [],
  )
  return [...new Set(keys)]
}

function childOf(shape: z.core.$ZodType, part: PropertyKey): z.core.$ZodType[] {
  if (shape instanceof z.ZodArray) return unwrap(shape.element)
  if (!(shape instanceof z.ZodObject)) return []
  const child: unknown = Reflect.get(shape.shape, part)
  return child instanceof z.ZodType ? unwrap(child) : []
}

/** What stands behind defaults, options and transformations. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault
  ) {
    return unwrap(schema.unwrap())
  }
  if (schema instanceof z.ZodPipe) return unwrap(schema.in)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap)
  return [schema]
}
