import { profiles } from '../../scim-server/src/protocol/profile.ts'
import { clientHabits, evidenceOf } from '../providers/client-habits.ts'
import type { ForeignSuite } from '../suites/foreign-suite.ts'
import { foreignSuites } from '../suites/suites.ts'
import { profileDifferences } from './profile-differences.ts'
import type { Section } from './requirement.ts'
import { requirements, sections } from './sections.ts'

/** Whether a requirement was met on every engine of a run. */
export type IsMet = (id: string) => boolean

/** The page, in Markdown: what we claim of the RFCs and what a run made of it. */
export function conformancePage(isMet: IsMet): string {
  const met = requirements.filter(({ id }) => isMet(id)).length
  const departures = sections.flatMap(({ departures: own = [] }) => own).length
  return [
    '# Conformance',
    '',
    'Printed by `node --conditions=plantel:source test/conformance/print.ts` from a run of the tests; not edited by hand.',
    'Every line is checked over HTTP against the real server, on the embedded engine and on PostgreSQL.',
    '',
    `**${met} of ${requirements.length} requirements met.** ${departures} recommendations are not followed, each with its reason below.`,
    '',
    '- [Requirements of RFC 7643, RFC 7644 and RFC 9865](#requirements)',
    '- [Profiles of a connection](#profiles)',
    '- [What provisioning clients really send](#clients)',
    '- [Public test suites](#suites)',
    '',
    '## Requirements',
    '',
    'The sentences are ours. They are checked on a connection of profile `rfc`; `compat`, the default, takes more than the RFCs ask for, as the next chapter lists.',
    '',
    ...sections.flatMap((section) => [...sectionLines(section, isMet), '']),
    '## Profiles',
    '',
    table(
      ['behaviour', ...profiles.map((profile) => `\`${profile}\``)],
      profileDifferences.map(({ behaviour, expected }) => [
        behaviour,
        ...profiles.map((profile) => expected[profile]),
      ]),
    ),
    '',
    'The token endpoint takes client secrets and signed assertions; on a connection of profile `interop` only assertions.',
    '',
    '## Clients',
    '',
    'What each client does on a connection of profile `compat`, and the recording or test that answers as the client expects.',
    '',
    table(
      ['row', 'client', 'habit', 'proven by'],
      clientHabits.map((habit) => [
        String(habit.row),
        habit.client,
        habit.habit,
        evidenceOf(habit)
          .map((file) => `[${file.split('/').slice(-2).join('/')}](../${file})`)
          .join(', '),
      ]),
    ),
    '',
    '## Suites',
    '',
    'Tests that others wrote and published with their packages. They run from the package as it is installed, in `test/suites`.',
    '',
    ...foreignSuites.flatMap((suite) => [...suiteLines(suite), '']),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
}

function sectionLines(section: Section, isMet: IsMet): readonly string[] {
  const { id, title, requirements: own, departures = [] } = section
  const [rfc = '', number = ''] = id.split('-')
  return [
    `### ${rfc.replace('RFC', 'RFC ')} §${number} ${title}`,
    '',
    ...(own.length === 0
      ? []
      : [
          table(
            ['id', 'requirement', ''],
            own.map((each) => [each.id, each.says, isMet(each.id) ? 'met' : '**not met**']),
          ),
        ]),
    ...(departures.length === 0
      ? []
      : [
          '',
          table(
            ['id', 'not done', 'reason'],
            departures.map((each) => [each.id, each.says, each.reason]),
          ),
        ]),
  ]
}

function suiteLines({ name, about, run, explained }: ForeignSuite): readonly string[] {
  const outcomes = run()
  const passed = outcomes.filter(({ failure }) => failure === undefined)
  const assertions = passed.reduce((sum, each) => sum + each.assertions, 0)
  return [
    `### ${name}`,
    '',
    about,
    '',
    `${passed.length} of ${outcomes.length} tests pass, with ${assertions} assertions. The others, by reason:`,
    '',
    table(
      ['tests', 'reason'],
      explained.map(({ reason, titles }) => [
        titles.map((each) => `“${each}”`).join('<br>'),
        reason,
      ]),
    ),
  ]
}

/** As wide as the repository's formatter makes it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, column) =>
    Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const [first = [], ...rest] = cells
  const rule = widths.map((width) => '-'.repeat(width))
  return [first, rule, ...rest].map((row) => tableLine(row, widths)).join('\n')
}

function tableLine(cells: readonly string[], widths: readonly number[]): string {
  return `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
}
