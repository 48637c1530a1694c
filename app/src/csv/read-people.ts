import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'

import { type ImportCells, type ImportColumn, importColumns, type ImportRow } from '@plantel/team'
import { CsvError, parse } from 'csv-parse'

import { ProblemError } from '../problem.ts'
import { csvHeaders, otherHeaders } from './csv-words.ts'

/** A table of people whose header is understood; rows are still to be read. */
export interface PeopleTable {
  /** Headers whose columns are passed over. */
  ignoredColumns: string[]
  /** Rows in batches, so that memory holds no more than one. Throws `csv-unreadable` with the line, and `csv-too-long`. */
  batches: () => AsyncGenerator<ImportRow[]>
}

const batchSize = 2_000
const rowsAtOnce = 500
const maxRecordBytes = 100_000
/** Beyond these a table is no list of people, and reading it would take others' time. */
const maxColumns = 100
const maxRows = 100_000
const delimiters = [',', ';', '\t'] as const

/**
 * Reads the header of a table with commas, semicolons or tabs, in any of our languages. Throws `csv-empty`,
 * `csv-too-wide`, `email-column-missing` and `column-repeated`.
 */
export async function readPeople(text: string): Promise<PeopleTable> {
  const delimiter = delimiterOf(text)
  const { header, number } = await readHeader(text, delimiter)
  if (header.length > maxColumns) {
    throw refuse(
      'csv-too-wide',
      `The table has ${header.length} columns: keep at most ${maxColumns}.`,
    )
  }
  const columns = header.map(columnOf)
  for (const column of importColumns) {
    if (columns.filter((each) => each === column).length > 1) {
      const named = header.filter((_name, index) => columns[index] === column)
      throw refuse(
        'column-repeated',
        `Several columns mean the same: keep one of ${named.join(', ')}.`,
      )
    }
  }
  if (!columns.includes('email')) {
    throw refuse(
      'email-column-missing',
      'The table needs a header with a column for the email address, such as Email.',
    )
  }
  return {
    ignoredColumns: header.filter((name, index) => columns[index] === undefined && name !== ''),
    batches: () => readBatches(text, delimiter, columns, number),
  }
}

/** The first row that is not blank, and which one it is. */
async function readHeader(
  text: string,
  delimiter: string,
): Promise<{ header: string[]; number: number }> {
  let number = 0
  for await (const record of recordsOf(text, delimiter)) {
    number += 1
    const header = record.map((cell) => cell.trim())
    if (header.some((cell) => cell !== '')) return { header, number }
  }
  throw refuse('csv-empty', 'The table is empty: it needs a header and a row for each person.')
}

async function* readBatches(
  text: string,
  delimiter: string,
  columns: readonly (ImportColumn | undefined)[],
  headerNumber: number,
): AsyncGenerator<ImportRow[]> {
  let rows: ImportRow[] = []
  let number = 0
  for await (const record of recordsOf(text, delimiter)) {
    number += 1
    // A parser that always has a next row would keep everybody else waiting.
    if (number % rowsAtOnce === 0) await setImmediate()
    if (number > headerNumber + maxRows) {
      throw refuse(
        'csv-too-long',
        `The table has more than ${maxRows} rows: divide it into several.`,
      )
    }
    if (number <= headerNumber || record.every((cell) => cell.trim() === '')) continue
    rows.push(rowOf(number, record, columns))
    if (rows.length < batchSize) continue
    yield rows
    rows = []
  }
  if (rows.length > 0) yield rows
}

function rowOf(
  number: number,
  record: readonly string[],
  columns: readonly (ImportColumn | undefined)[],
): ImportRow {
  const isTooLong = record.slice(columns.length).some((cell) => cell.trim() !== '')
  if (isTooLong) return { number, problem: 'row-malformed' }
  const cells: ImportCells = {}
  for (const [index, column] of columns.entries()) {
    const cell = valueOf(record[index] ?? '')
    if (column !== undefined && cell !== '') cells[column] = cell
  }
  return { number, cells }
}

/** An apostrophe before what a spreadsheet would take for a formula is not part of the value: exports write it. */
function valueOf(cell: string): string {
  return cell
    .trim()
    .replace(/^'(?=[=+\-@])/, '')
    .trim()
}

async function* recordsOf(text: string, delimiter: string): AsyncGenerator<readonly string[]> {
  const parser = Readable.from(piecesOf(text)).pipe(
    parse({
      bom: true,
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: maxRecordBytes,
    }),
  )
  try {
    for await (const record of parser) yield record as string[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const { lines } = error as CsvError & { lines?: number }
    throw refuse(
      'csv-unreadable',
      `The table can not be read${lines === undefined ? '' : ` near line ${lines}`}: look for quotes that do not close.`,
      error,
    )
  }
}

function* piecesOf(text: string): Generator<string> {
  const size = 64 * 1024
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size)
}

/** The one that the first line has most of, outside of quotes. */
function delimiterOf(text: string): string {
  const line = /^(?:"[^"]*"|[^\r\n"])*/.exec(text.slice(0, maxRecordBytes))?.[0] ?? ''
  const bare = line.replaceAll(/"[^"]*"/g, '')
  const counted = delimiters.map((delimiter) => ({
    delimiter,
    count: bare.split(delimiter).length,
  }))
  return counted.toSorted((a, b) => b.count - a.count)[0]?.delimiter ?? ','
}

/** Whatever language, case and accents a header is written in. */
function headerKey(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
}

const knownHeaders: ReadonlyMap<string, ImportColumn> = new Map(
  importColumns.flatMap((column) => [
    [headerKey(column), column],
    ...(otherHeaders[column] ?? []).map((word) => [headerKey(word), column] as const),
    ...Object.values(csvHeaders).map((words) => [headerKey(words[column]), column] as const),
  ]),
)

function columnOf(header: string): ImportColumn | undefined {
  return knownHeaders.get(headerKey(header))
}

function refuse(reason: string, detail: string, cause?: unknown): ProblemError {
  return new ProblemError('invalid-request', detail, { reason }, { cause })
}
