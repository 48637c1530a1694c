import type { Problem, ProblemCode } from '../contract/index.ts'

/** Why a request brought nothing: what the server said, or what kept us from hearing it. */
export type ApiErrorCode =
  | ProblemCode
  | 'unreachable'
  | 'auth-required'
  | 'unexpected-answer'
  | 'incompatible-version'

/** What a person can do about an error; each kind has its own words and its own way on. */
export type ApiErrorKind =
  | 'failed'
  | 'busy'
  | 'unreachable'
  | 'forbidden'
  | 'signed-out'
  | 'gone'
  | 'outdated'

/** What is not here failed. */
const kinds: Partial<Record<ApiErrorCode, ApiErrorKind>> = {
  unauthenticated: 'signed-out',
  'token-expired': 'signed-out',
  'auth-required': 'signed-out',
  forbidden: 'forbidden',
  'not-found': 'gone',
  'rate-limited': 'busy',
  unavailable: 'busy',
  unreachable: 'unreachable',
  'incompatible-version': 'outdated',
}

/** How the codes begin that are known and of no kind of their own. */
const failed = /^(?:invalid-|method-|not-a|precondition-|payload-|unsupported-|conflict$|internal$)/

const codeByStatus: Record<number, ProblemCode> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  429: 'rate-limited',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
}

/** The one error that the widget's own code throws; told apart by `code`, shown by `kind`. */
export class ApiError extends Error {
  readonly code: ApiErrorCode
  /** Names the request in the server's log; null when no server answered. */
  readonly requestId: string | null
  /** What the server said besides: the precise reason, and whom or what it is about. */
  readonly problem: Partial<Problem>
  /** When to ask again, in seconds; 0 when nobody said. */
  readonly retryAfter: number

  constructor(
    code: ApiErrorCode,
    options: {
      requestId?: string | null
      problem?: Partial<Problem>
      retryAfter?: number
      cause?: unknown
    } = {},
  ) {
    const { requestId = null, problem = {}, retryAfter = 0, cause } = options
    super(problem.detail ?? code, { cause })
    this.name = 'ApiError'
    this.code = code
    this.requestId = requestId
    this.problem = problem
    this.retryAfter = retryAfter
  }

  get kind(): ApiErrorKind {
    return kinds[this.code] ?? 'failed'
  }
}

/** Gives every failure a code: what is not an `ApiError` yet is one that nobody expected. */
export function toApiError(cause: unknown): ApiError {
  return cause instanceof ApiError ? cause : new ApiError('unexpected-answer', { cause })
}

/** Reads a refused answer; a server or proxy that sends no problem document is judged by its status. */
export async function readProblem(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
  const problem: Partial<Problem> = typeof body === 'object' && body !== null ? body : {}
  const code =
    problem.code !== undefined && (Object.hasOwn(kinds, problem.code) || failed.test(problem.code))
      ? problem.code
      : (codeByStatus[response.status] ?? 'internal')
  return new ApiError(code, {
    requestId: problem.requestId ?? response.headers.get('x-request-id'),
    retryAfter: Number(response.headers.get('retry-after')) || 0,
    problem,
  })
}
