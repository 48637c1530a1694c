import { once } from 'node:events'

import type { Response } from 'express'

/** Sends values one a line, piece by piece: the next page is read only when the reader has taken the one before. */
export async function writeJsonLines(
  response: Response,
  fileName: string,
  pages: AsyncIterable<readonly unknown[]>,
): Promise<void> {
  let isFirst = true
  for await (const values of pages) {
    // Not before the first page is there: until then a refusal can still be told.
    if (isFirst) response.set('content-disposition', `attachment; filename="${fileName}"`)
    isFirst = false
    const text = jsonLines(values)
    const isTaken = text === '' || response.write(text)
    if (!isTaken) await Promise.race([once(response, 'drain'), once(response, 'close')])
    if (response.closed) return
  }
  response.end()
}

/** Each value on a line of its own. */
export function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}
