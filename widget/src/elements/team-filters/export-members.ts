import type { TeamApi } from '../../api/team-api.ts'
import { TeamAfterEvent, TeamBeforeEvent } from '../../change-events.ts'
import type { MemberFilter } from '../../contract/index.ts'
import { saveFile } from '../parts/save-file.ts'

const never = new AbortController().signal

/** Lets the browser keep a table of whom a filter finds, unless the host says no; a spreadsheet opens it as it is. */
export async function exportMembers(
  list: EventTarget,
  api: TeamApi,
  filter: MemberFilter,
  language: string,
): Promise<void> {
  const parameters = new URLSearchParams({ ...filter, language, bom: 'true' })
  await saveFile(
    {
      api,
      before: (change, about) => list.dispatchEvent(new TeamBeforeEvent(change, about)),
      after: (change, about) => list.dispatchEvent(new TeamAfterEvent(change, about)),
    },
    { path: `member-export?${parameters}`, name: 'members.csv', about: { filter } },
    never,
  )
}
