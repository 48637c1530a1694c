import {
  type JobHandler,
  type ReprojectionInput,
  type ReprojectionPlace,
  reprojectionKind,
  reprojectNext,
} from '@plantel/team'

/**
 * Gives many people what new rules say, some three hundred at a time. Whoever got
 * it meanwhile and is concerned no longer is not met any more: in the end the total is who was.
 */
export const reprojectionJob: JobHandler = {
  kind: reprojectionKind,
  async runChunk(trx, { input, checkpoint, done: doneBefore }) {
    // Both were written by team and by this handler.
    const from = checkpoint as ReprojectionPlace | null
    const { done, next } = await reprojectNext(trx, input as ReprojectionInput, from)
    const total = next === undefined ? { total: doneBefore + done } : {}
    return { next, done, failed: 0, ...total }
  },
}
