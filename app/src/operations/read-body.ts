import express, { type Request, type RequestHandler, type Response } from 'express'

import { ProblemError } from '../problem.ts'
import { isStorableText } from '../storable-text.ts'
import type { TextBody } from './operation.ts'

const maxJsonBytes = 1024 * 1024

function refuseUnstorable(text: unknown): void {
  if (typeof text === 'string' && !isStorableText(text)) {
    throw new ProblemError('invalid-request', 'The body has a text with a character that is none.')
  }
}

const parseJson = express.json({
  limit: maxJsonBytes,
  type: 'application/json',
  reviver: (key: string, value: unknown) => {
    refuseUnstorable(key)
    refuseUnstorable(value)
    return value
  },
})

/** The JSON body of at most 1 MiB, undefined without one; another media type is refused rather than read as empty. */
export async function readJson(request: Request, response: Response): Promise<unknown> {
  requireMediaType(request, 'application/json')
  await run(parseJson, request, response)
  return request.body
}

/** The body as UTF-8 text, empty without one. */
export async function readText(
  request: Request,
  response: Response,
  { mediaType, maxBytes }: TextBody,
): Promise<string> {
  requireMediaType(request, mediaType)
  await run(express.raw({ limit: maxBytes, type: mediaType }), request, response)
  const bytes: unknown = request.body
  if (!(bytes instanceof Uint8Array)) return ''
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    refuseUnstorable(text)
    return text
  } catch (error) {
    if (error instanceof ProblemError) throw error
    throw new ProblemError(
      'invalid-request',
      'Save the file as UTF-8 and send it again.',
      {},
      {
        cause: error,
      },
    )
  }
}

function requireMediaType(request: Request, mediaType: string): void {
  // `is` answers null where no body is announced, but takes an announced length of 0 for one.
  const isEmpty = request.get('content-length') === '0'
  if (!isEmpty && request.is(mediaType) === false) {
    throw new ProblemError('unsupported-media-type', `Send the body as ${mediaType}.`)
  }
}

function run(parser: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    parser(request, response, (error?: unknown) => {
      if (error === undefined) resolve()
      else reject(error instanceof Error ? error : new Error('The body can not be read.'))
    })
  })
}
