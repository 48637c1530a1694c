import { Worker } from 'node:worker_threads'

import type { VerifiedAssertion } from './guard/read-response.ts'
import { SamlRefusal, type SamlRefusalCode } from './guard/saml-refusal.ts'
import { type ResponseTrust, verifyResponse } from './verify-response.ts'

/** Verifies a response without keeping anybody else waiting. Throws `SamlRefusal`. */
export type ResponseVerifier = (encoded: string, trust: ResponseTrust) => Promise<VerifiedAssertion>

/** What goes to the thread, and what comes back. */
export interface ResponseJob {
  id: number
  encoded: string
  trust: ResponseTrust
}

export type ResponseAnswer =
  | { id: number; assertion: VerifiedAssertion }
  | { id: number; refusal: { code: SamlRefusalCode; detail: string | undefined } }

/** What people's own identity providers send is far below; it costs the event loop a few milliseconds. */
const shortBytes = 16 * 1024
const shortTags = 400
const lessThan = '<'.charCodeAt(0)

interface Waiting {
  resolve: (assertion: VerifiedAssertion) => void
  reject: (error: Error) => void
}

/**
 * Short responses are verified at once. Long ones, which whoever likes may post, and encrypted ones, whose length nobody
 * sees, go to a thread: at the guard's limits a verification takes hundreds of milliseconds.
 */
export function createResponseVerifier(): ResponseVerifier {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let lastId = 0

  function start(): Worker {
    const extension = import.meta.url.slice(-'.ts'.length)
    const started = new Worker(new URL(`./response-worker${extension}`, import.meta.url))
    started.unref()
    started.on('message', (answer: ResponseAnswer) => {
      const { resolve, reject } = waiting.get(answer.id) ?? {}
      waiting.delete(answer.id)
      if ('assertion' in answer) resolve?.(answer.assertion)
      else reject?.(new SamlRefusal(answer.refusal.code, answer.refusal.detail))
    })
    const fail = (cause: unknown): void => {
      if (worker !== started) return
      worker = undefined
      for (const { reject } of waiting.values()) {
        reject(new Error('The thread that verifies SAML responses has ended.', { cause }))
      }
      waiting.clear()
    }
    started.on('error', fail)
    started.on('exit', fail)
    return started
  }

  return (encoded, trust) => {
    if (isShort(encoded)) return verifyResponse(encoded, trust)
    return new Promise((resolve, reject) => {
      worker ??= start()
      const id = (lastId += 1)
      waiting.set(id, { resolve, reject })
      worker.postMessage({ id, encoded, trust } satisfies ResponseJob, [])
    })
  }
}

function isShort(encoded: string): boolean {
  if (encoded.length > (shortBytes / 3) * 4) return false
  const bytes = Buffer.from(encoded, 'base64')
  let tags = 0
  for (const byte of bytes) if (byte === lessThan) tags += 1
  return tags <= shortTags && !bytes.includes('EncryptedData')
}
