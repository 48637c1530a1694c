import {
  bulkActionHandlers,
  importCheckHandler,
  importHandler,
  type JobHandler,
} from '@plantel/team'

import { reprojectionJob } from './reprojection-job.ts'

/** Everything that this version can do as a job. */
export const jobHandlers: readonly JobHandler[] = [
  reprojectionJob,
  ...bulkActionHandlers,
  importCheckHandler,
  importHandler,
]
