import type { IncomingMessage } from 'node:http'
import type { Readable, Transform } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

import type { LongLists } from '../protocol/long-list.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { BodySplitter, type SplitterLimits } from './read-body-splitter.ts'

/**
 * The largest body with long lists, also after decompression. None of it stays in memory, so it is as many bytes as the
 * members that a body may have can take: a million, each with `$ref` and `display`, as Okta sends back what it was shown.
 */
const maxStreamedBytes = 268_435_456

/** How long a body that arrives all at once may keep others waiting. */
const maxSliceMs = 10

/** Reads a JSON body whose long lists are never in memory as a whole. */
export async function readBodyStream(
  request: IncomingMessage,
  lists: LongLists,
  limits: SplitterLimits,
): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > maxStreamedBytes) throw tooLarge()
  const splitter = new BodySplitter(lists, limits)
  let bytes = 0
  let sliceStart = performance.now()
  try {
    // The request must live on: it is answered, also when its body is refused.
    for await (const chunk of decoded(request).iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('not a chunk of bytes')
      bytes += chunk.length
      if (bytes > maxStreamedBytes) throw tooLarge()
      splitter.push(chunk)
      if (performance.now() - sliceStart > maxSliceMs) {
        await setImmediate()
        sliceStart = performance.now()
      }
    }
  } catch (error) {
    request.resume()
    if (error instanceof ScimError) throw error
    throw ScimError.of('invalidSyntax', 'The body could not be read.', { cause: error })
  }
  if (bytes === 0) throw ScimError.of('invalidSyntax', 'The request has no body.')
  return splitter.end()
}

function decoded(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity'
  if (encoding === 'identity') return request
  const decoder = createDecoder(encoding)
  request.on('error', (error) => decoder.destroy(error))
  return request.pipe(decoder)
}

function createDecoder(encoding: string): Transform {
  switch (encoding) {
    case 'gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      throw ScimError.status(415, 'The content encoding is not supported.')
  }
}

function tooLarge(): ScimError {
  return ScimError.status(413, `A body has at most ${maxStreamedBytes} bytes.`)
}
