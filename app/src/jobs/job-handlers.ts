import type { JobHandler } from '@plantel/team'

/** Everything that this version can do as a job. */
export const jobHandlers: readonly JobHandler[] = []
