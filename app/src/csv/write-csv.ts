import { once } from 'node:events'

import { stringify } from 'csv-stringify/sync'
import type { Response } from 'express'

import type { CsvForm } from './csv-form.ts'

const delimiters = { comma: ',', semicolon: ';', tab: '\t' } as const

/** A table as text, page by page. */
export async function* csvTexts(
  { delimiter, bom }: CsvForm,
  pages: AsyncIterable<readonly (readonly string[])[]>,
): AsyncGenerator<string> {
  let isFirst = true
  for await (const rows of pages) {
    const text = stringify(
      rows.map((row) => [...row]),
      // What begins like a formula would be run by whoever opens the table.
      { delimiter: delimiters[delimiter], record_delimiter: '\r\n', escape_formulas: true },
    )
    yield isFirst && bom ? `\uFEFF${text}` : text
    isFirst = false
  }
}

/** Sends a table piece by piece: the next page is read only when the reader has taken the one before. */
export async function writeCsv(
  response: Response,
  fileName: string,
  form: CsvForm,
  pages: AsyncIterable<readonly (readonly string[])[]>,
): Promise<void> {
  let isFirst = true
  for await (const text of csvTexts(form, pages)) {
    // Not before the first page is there: until then a refusal can still be told.
    if (isFirst) response.set('content-disposition', `attachment; filename="${fileName}"`)
    isFirst = false
    const isTaken = response.write(text)
    if (!isTaken) await Promise.race([once(response, 'drain'), once(response, 'close')])
    if (response.closed) return
  }
  response.end()
}
