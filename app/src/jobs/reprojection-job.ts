import {
  type JobHandler,
  type ReprojectionInput,
  reprojectionKind,
  reprojectNext,
} from '@plantel/team'

/** Gives many people what new rules say, five hundred at a time; the next turn begins after the last of them. */
export const reprojectionJob: JobHandler = {
  kind: reprojectionKind,
  async runChunk(trx, { input, checkpoint }) {
    // Both were written by team and by this handler.
    const after = checkpoint as string | null
    const { done, last } = await reprojectNext(trx, input as ReprojectionInput, after)
    return { next: last, done, failed: 0 }
  },
}
