import type { WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { reprojectionKind } from '../mapping/reprojection-kind.ts'
import { readTeamActor } from '../members/member-guard-store.ts'
import type { Job } from './job.ts'

/** Whose jobs the transaction's actor may look at and end. */
export type JobAccess = { of: 'everybody' } | { of: 'oneself'; memberId: string }

/** Hosts and whoever manages members see every job, others their own. Throws `permission-missing` for a stranger. */
export async function readJobAccess(trx: WorkspaceTransaction): Promise<JobAccess> {
  const actor = await readTeamActor(trx)
  return actor.kind === 'host' || actor.permissions.has('members:manage')
    ? { of: 'everybody' }
    : { of: 'oneself', memberId: actor.memberId }
}

/** Throws `job-not-found` for a job of somebody else: what others do is not told. */
export function requireJobAccess(access: JobAccess, { createdBy }: Job): void {
  if (access.of === 'everybody' || createdBy.id === access.memberId) return
  throw new TeamError('job-not-found')
}

/** Throws `job-not-cancellable` for a job that is part of a change already made: it may be what takes access away. */
export function requireCancellable({ kind }: Job): void {
  if (kind === reprojectionKind) throw new TeamError('job-not-cancellable')
}
