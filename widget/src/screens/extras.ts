import { defineElements } from '../elements/define-elements.ts'
import { TeamBulkBar } from '../elements/team-bulk-bar/team-bulk-bar.ts'
import { TeamChangeNotice } from '../elements/team-change-notice/team-change-notice.ts'
import { TeamFilters } from '../elements/team-filters/team-filters.ts'

// What lies over the list, and is there as soon as the list asks for it.
defineElements(TeamBulkBar, TeamChangeNotice, TeamFilters)

export { exportMembers } from '../elements/team-filters/export-members.ts'
