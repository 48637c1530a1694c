/** What a failed statement tells us, by SQLSTATE (PostgreSQL appendix A) and constraint name. */

const connectionErrors: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
])

/** `pg` gives these no code. */
const connectionMessages =
  /^(Connection terminated|Client has encountered a connection error|timeout (exceeded|expired)|Connection was closed)|connection timeout$/

function field(
  error: unknown,
  name: 'code' | 'constraint' | 'message' | 'routine',
): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : undefined
}

/** The SQLSTATE, or the system's error code (`ECONNREFUSED`), when the error has one. */
export function errorCode(error: unknown): string | undefined {
  return field(error, 'code')
}

/** The name of the unique, foreign key, check or exclusion constraint that refused the statement. */
export function violatedConstraint(error: unknown): string | undefined {
  return errorCode(error)?.startsWith('23') === true ? field(error, 'constraint') : undefined
}

/** True when a unique constraint (the named one, if given) says "taken". */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (errorCode(error) !== '23505') return false
  return constraint === undefined || violatedConstraint(error) === constraint
}

/** True when what was prepared does not fit the tables any more, or is gone: it must be prepared again. */
export function isStalePlan(error: unknown): boolean {
  const code = errorCode(error)
  // Other features that are missing have the same code.
  return (
    code === '26000' || (code === '0A000' && field(error, 'routine') === 'RevalidateCachedQuery')
  )
}

/** True for a serialization failure, a deadlock or a stale plan: the same transaction may succeed when repeated. */
export function isRetryable(error: unknown): boolean {
  const code = errorCode(error)
  return code === '40001' || code === '40P01' || isStalePlan(error)
}

/** True when the statement was stopped because it took longer than its limit. */
export function isStatementTimeout(error: unknown): boolean {
  return errorCode(error) === '57014'
}

/** True when the database could not be reached, was lost or has no connection free: try later. */
export function isUnavailable(error: unknown): boolean {
  const code = errorCode(error)
  if (code !== undefined) return connectionErrors.has(code) || code.startsWith('08')
  return connectionMessages.test(field(error, 'message') ?? '')
}
