import {
  type ExportedMember,
  type Locale,
  locales,
  type MemberFilter,
  readExportPage,
  readWorkspaceSummary,
} from '@plantel/team'

import { filterRequestWith, memberFilterOf } from '../member-lists/member-list-request.ts'
import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { csvFormOf, csvFormShape } from './csv-form.ts'
import {
  conversationWords,
  type CsvColumn,
  csvHeaders,
  stateWords,
  yesNoWords,
} from './csv-words.ts'
import { writeCsv } from './write-csv.ts'

const pageSize = 1_000

/** Several values of one cell, as an import reads them. */
const between = ' | '

const cellOf: Readonly<
  Record<CsvColumn, (member: ExportedMember, language: Locale) => string | null>
> = {
  name: ({ displayName }) => displayName,
  email: ({ email }) => email,
  phone: ({ phone }) => phone,
  role: ({ role }) => role?.name ?? null,
  departments: ({ departments }) => departments.map(({ name }) => name).join(between),
  channels: ({ channels }) => channels.map(({ name }) => name).join(between),
  supervisor: ({ isSupervisor }, language) => yesNoWords[language][isSupervisor ? 'yes' : 'no'],
  jobTitle: ({ jobTitle }) => jobTitle,
  language: ({ language }) => language,
  state: ({ state }, language) => stateWords[language][state],
  conversationAccess: ({ conversationAccess }, language) =>
    conversationWords[language][conversationAccess],
  directory: ({ managedBy }) => managedBy?.name ?? null,
  lastActive: ({ lastActiveAt }) => lastActiveAt?.toISOString() ?? null,
  created: ({ createdAt }) => createdAt.toISOString(),
  id: ({ id }) => id,
}

const columns = Object.keys(cellOf) as CsvColumn[]

/** `GET /member-export`: the members of a filter as a table, of any length in flat memory. */
export const exportOperation: Operation<WorkspaceCaller> = workspaceOperation({
  method: 'get',
  path: '/member-export',
  id: 'exportMembers',
  tag: 'Members',
  summary: 'Export members as CSV',
  description:
    'What begins like a formula is written behind an apostrophe. An import reads the same columns again. A connection that is cut means that the table is not whole.',
  query: filterRequestWith(csvFormShape),
  answers: { 200: { description: 'The table.', stream: 'text/csv' } },
  async handle(caller, { query: { language, delimiter, bom, ...filter } }) {
    const form = csvFormOf({ language, delimiter, bom })
    return {
      status: 200,
      stream: (response) =>
        writeCsv(
          response,
          'members.csv',
          form,
          readTable(caller, memberFilterOf(filter), form.language),
        ),
    }
  },
})

/** Each page in a transaction of its own: nobody waits while the reader does. */
async function* readTable(
  caller: WorkspaceCaller,
  filter: MemberFilter,
  wanted: Locale | undefined,
): AsyncGenerator<string[][]> {
  const language = wanted ?? (await workspaceLanguage(caller))
  const header = columns.map((column) => csvHeaders[language][column])
  let after: string | undefined
  let isFirst = true
  do {
    const page = await caller.read((trx) => readExportPage(trx, filter, { after, limit: pageSize }))
    const rows = page.members.map((member) =>
      columns.map((column) => cellOf[column](member, language) ?? ''),
    )
    yield isFirst ? [header, ...rows] : rows
    isFirst = false
    after = page.scanned
  } while (after !== undefined)
}

/** The workspace's own language, where it is one of ours. */
export async function workspaceLanguage(caller: WorkspaceCaller): Promise<Locale> {
  const { locale } = await caller.read((trx) => readWorkspaceSummary(trx))
  return locales.find((each) => each === locale) ?? 'en'
}
