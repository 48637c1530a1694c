import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import type { Response } from 'express'

import { scimMediaType } from './media-type.ts'
import type { RouteAnswer } from './route.ts'

/** Sends an answer; rejects when a body in pieces breaks off, and the connection with it. */
export async function writeAnswer(response: Response, answer: RouteAnswer): Promise<void> {
  const { status, headers = {}, json } = answer
  response.status(status)
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (json === undefined) {
    response.end()
    return
  }
  // Not Express's own setters: they would add a charset.
  response.setHeader('Content-Type', scimMediaType)
  if (typeof json === 'string') {
    response.setHeader('Content-Length', Buffer.byteLength(json))
    response.end(json)
  } else if (response.req.method === 'HEAD') {
    response.end()
  } else {
    await pipeline(Readable.from(json), response)
  }
}
