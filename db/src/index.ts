export type { Actor } from './actor.ts'
export {
  type Database,
  DatabaseOpenError,
  type DatabaseOpenErrorCode,
  type DatabaseOptions,
} from './database.ts'
export { gathered } from './gathered.ts'
export { IdList, packIds } from './id-list.ts'
export { createId, idFloor, isId } from './ids.ts'
export {
  claimIdempotencyKey,
  findIdempotencyKey,
  type IdempotencyKey,
  saveIdempotentAnswer,
  sweepIdempotencyKeys,
} from './idempotency-keys.ts'
export { createEvenLimiter, sweepRateBuckets } from './rate-buckets.ts'
export {
  type Admission,
  createLeasedLimiter,
  type Lease,
  type LeasedLimiter,
} from './leased-limiter.ts'
export { migrate } from './migrate.ts'
export { openDatabase } from './open-database.ts'
export {
  isRetryable,
  isStatementTimeout,
  isUnavailable,
  isUniqueViolation,
  violatedConstraint,
} from './postgres-errors.ts'
export type * from './schema/index.ts'
export { resealSecrets } from './reseal.ts'
export { createSealer, type Sealer } from './sealer.ts'
export { createSecretToken, hashToken, type SecretTokenPrefix } from './secret-token.ts'
export { createSharedTransactions, type ShareTransaction } from './shared-transaction.ts'
export type { SignalListener, Signals } from './signal.ts'
export {
  commitWithoutWaiting,
  inInstallation,
  type InstallationTransaction,
  inWorkspace,
  readInWorkspace,
  skipIfShared,
  type WorkspaceTransaction,
} from './transaction.ts'
