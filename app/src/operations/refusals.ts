import type { ProblemCode } from '@plantel/widget/contract'

import type { ApiDescription } from './api.ts'
import { takesIdempotencyKey } from './idempotency.ts'
import type { Operation } from './operation.ts'
import { namesInPath } from './path-parameters.ts'

/** Everything that an operation may be refused with: its own refusals, and those that follow from its shape. */
export function refusalsOf<Caller>(
  { ifMatch }: Pick<ApiDescription, 'ifMatch'>,
  operation: Operation<Caller>,
): Set<ProblemCode> {
  const { path, body, versioned = false, refusals = [] } = operation
  return new Set<ProblemCode>([
    'invalid-request',
    'unauthenticated',
    'token-expired',
    'forbidden',
    ...(namesInPath(path).length > 0 ? (['not-found'] as const) : []),
    ...(takesIdempotencyKey(operation) ? (['conflict'] as const) : []),
    ...(versioned ? (['precondition-failed'] as const) : []),
    ...(versioned && ifMatch === 'required' ? (['precondition-required'] as const) : []),
    ...(body === undefined ? [] : (['payload-too-large', 'unsupported-media-type'] as const)),
    ...refusals,
    'rate-limited',
    'internal',
    'unavailable',
  ])
}
