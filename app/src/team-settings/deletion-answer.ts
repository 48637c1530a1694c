import type { Saved } from '@plantel/team'
import { z } from 'zod'

import { differenceChanged } from './access-difference.ts'

interface ByJob {
  jobId: string
}

/** What the deletion of something that people may have answers. */
export const deletionAnswers: {
  202: { description: string; body: z.ZodType<ByJob> }
  204: { description: string }
} = {
  202: {
    description:
      'Nobody gets it any more, it is listed no longer, and its name is free. Many have it: a job gives each of them what comes instead.',
    body: z.object({ jobId: z.uuid() }),
  },
  204: { description: 'It is gone.' },
}

/** Says whether it is gone or goes by a job; throws the refusal of one that would do else than what was shown. */
export function deletionAnswer(saved: Saved): { status: 202; body: ByJob } | { status: 204 } {
  if (saved.outcome !== 'saved') throw differenceChanged(saved.difference)
  const { jobId } = saved
  return jobId === undefined ? { status: 204 } : { status: 202, body: { jobId } }
}
