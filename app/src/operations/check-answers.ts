import { isDeepStrictEqual } from 'node:util'

import type { ProblemCode } from '@plantel/widget/contract'

import { errorToProblem, ProblemError } from '../problem.ts'
import type { Api } from './api.ts'
import type { Operation, Outcome } from './operation.ts'
import { refusalsOf } from './refusals.ts'

/**
 * The same API, which fails where an answer is not the one that its document promises. For tests: a program whose answer
 * has one field too many should not lose it in production.
 */
export function checkAnswers<Caller>(api: Api<Caller>): Api<Caller> {
  return {
    ...api,
    operations: api.operations.map((operation) =>
      checkOperation(operation, refusalsOf(api, operation)),
    ),
  }
}

function checkOperation<Caller>(
  operation: Operation<Caller>,
  refusals: ReadonlySet<ProblemCode>,
): Operation<Caller> {
  const name = `${operation.method} ${operation.path}`
  return {
    ...operation,
    async handle(caller, call) {
      const outcome = await operation.handle(caller, call).catch((error: unknown) => {
        const { code, reason } = errorToProblem(error, '')
        if (refusals.has(code)) throw error
        throw undocumented(`${name} is refused with ${code} (${reason ?? 'no reason'})`, error)
      })
      const difference = differenceOf(operation, outcome)
      if (difference !== undefined) throw undocumented(`${name} ${difference}`)
      return outcome
    },
  }
}

function differenceOf<Caller>(
  { answers }: Operation<Caller>,
  { status, body, version, location, stream }: Outcome,
): string | undefined {
  const shape = answers[status]
  if (shape === undefined) return `answers ${status}`
  if ((version !== undefined) !== (shape.etag ?? false)) return 'differs about its ETag'
  if ((location !== undefined) !== (shape.location ?? false)) return 'differs about its Location'
  if ((stream !== undefined) !== (shape.stream !== undefined)) return 'differs about its stream'
  if (shape.body === undefined) return body === undefined ? undefined : 'answers with a body'
  const parsed = shape.body.safeParse(body)
  if (!parsed.success) return `answers ${JSON.stringify(body)}: ${parsed.error.message}`
  // What the shape doesn't name was dropped by the parser.
  return isDeepStrictEqual(asSent(parsed.data), asSent(body))
    ? undefined
    : `answers more than it says: ${JSON.stringify(body)}`
}

function asSent(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body) ?? 'null')
}

function undocumented(what: string, cause?: unknown): ProblemError {
  return new ProblemError('internal', `Not in the document: ${what}.`, {}, { cause })
}
