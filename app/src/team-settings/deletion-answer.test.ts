import { expect, test } from 'vitest'

import { deletionAnswer } from './deletion-answer.ts'

test('what few people have is gone, and what many have goes by a job', () => {
  expect(deletionAnswer({ outcome: 'saved', jobId: undefined })).toEqual({ status: 204 })
  expect(deletionAnswer({ outcome: 'saved', jobId: 'job' })).toEqual({
    status: 202,
    body: { jobId: 'job' },
  })
})
