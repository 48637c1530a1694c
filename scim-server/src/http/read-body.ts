import express, { type Request, type Response } from 'express'

import { ScimError } from '../protocol/scim-error.ts'
import { assertJsonBody } from './media-type.ts'

/** The largest body of a request, also after decompression. */
export const maxBodyBytes = 1_048_576

/** The largest body of a group: a directory sends all members at once. */
export const maxGroupBodyBytes = 8_388_608

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Reads and parses a JSON body; called only once the caller is known. */
export async function readBody(
  request: Request,
  response: Response,
  limit: number = maxBodyBytes,
): Promise<unknown> {
  assertJsonBody(request)
  const readBytes = express.raw({ type: () => true, limit })
  await new Promise<void>((resolve, reject) => {
    readBytes(request, response, (error?: unknown) =>
      error === undefined ? resolve() : reject(explain(error, limit)),
    )
  })
  const bytes: unknown = request.body
  if (!Buffer.isBuffer(bytes)) throw ScimError.of('invalidSyntax', 'The request has no body.')
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown
  } catch (error) {
    throw ScimError.of('invalidSyntax', 'The body is not well-formed JSON.', { cause: error })
  }
}

function explain(error: unknown, limit: number): ScimError {
  const status: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : undefined
  const cause = { cause: error }
  if (status === 413) {
    return ScimError.status(413, `A body has at most ${limit} bytes.`, cause)
  }
  if (status === 415) return ScimError.status(415, 'The content encoding is not supported.', cause)
  return ScimError.of('invalidSyntax', 'The body could not be read.', cause)
}
