import {
  type JobHandler,
  type ReprojectionInput,
  reprojectionKind,
  reprojectNext,
} from '@plantel/team'

/**
 * Gives many people what new rules say, five hundred at a time; the next turn begins after the last of them. Whoever got
 * it meanwhile and is concerned no longer is not met any more: in the end the total is who was.
 */
export const reprojectionJob: JobHandler = {
  kind: reprojectionKind,
  async runChunk(trx, { input, checkpoint, done: doneBefore }) {
    // Both were written by team and by this handler.
    const after = checkpoint as string | null
    const { done, last } = await reprojectNext(trx, input as ReprojectionInput, after)
    const total = last === undefined ? { total: doneBefore + done } : {}
    return { next: last, done, failed: 0, ...total }
  },
}
