import type { Request } from 'express'

/** A field of a posted form; absent reads as empty. */
export function formField(request: Request, field: string): string {
  const body: unknown = request.body
  const value = typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined
  return typeof value === 'string' ? value : ''
}
