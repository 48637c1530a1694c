import express, { type Request, type Response } from 'express'

import type { LongLists } from '../protocol/long-list.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { assertJsonBody } from './media-type.ts'
import type { SplitterLimits } from './read-body-splitter.ts'
import { readBodyStream } from './read-body-stream.ts'

/** The largest body of a request, also after decompression; long lists are not counted. */
export const maxBodyBytes = 1_048_576

const splitterLimits: SplitterLimits = {
  body: maxBodyBytes,
  shortLists: 65_536,
  batch: 16_384,
  elements: 1_000_000,
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Reads and parses a JSON body, one with long lists while it arrives; called only once the caller is known. */
export async function readBody(
  request: Request,
  response: Response,
  longLists?: LongLists,
): Promise<unknown> {
  assertJsonBody(request)
  if (longLists !== undefined) return readBodyStream(request, longLists, splitterLimits)
  const readBytes = express.raw({ type: () => true, limit: maxBodyBytes })
  await new Promise<void>((resolve, reject) => {
    readBytes(request, response, (error?: unknown) =>
      error === undefined ? resolve() : reject(explain(error)),
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

function explain(error: unknown): ScimError {
  const status: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : undefined
  const cause = { cause: error }
  if (status === 413) {
    return ScimError.status(413, `A body has at most ${maxBodyBytes} bytes.`, cause)
  }
  if (status === 415) return ScimError.status(415, 'The content encoding is not supported.', cause)
  return ScimError.of('invalidSyntax', 'The body could not be read.', cause)
}
