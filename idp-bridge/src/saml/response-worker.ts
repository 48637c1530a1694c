import { parentPort } from 'node:worker_threads'

import { SamlRefusal } from './guard/saml-refusal.ts'
import type { ResponseAnswer, ResponseJob } from './response-verifier.ts'
import { verifyResponse } from './verify-response.ts'

/** The thread of its own in which long responses are verified, one after the other. */
parentPort?.on('message', ({ id, encoded, trust }: ResponseJob) => {
  void (async () => {
    let answer: ResponseAnswer
    try {
      answer = { id, assertion: await verifyResponse(encoded, trust) }
    } catch (error) {
      if (!(error instanceof SamlRefusal)) throw error
      answer = { id, refusal: { code: error.code, detail: error.detail } }
    }
    parentPort?.postMessage(answer, [])
  })()
})
