import { defineElements } from '../elements/define-elements.ts'
import { TeamBulkBar } from '../elements/team-bulk-bar/team-bulk-bar.ts'
import { TeamChangeNotice } from '../elements/team-change-notice/team-change-notice.ts'

// What lies over the list, and is there as soon as the list asks for it.
defineElements(TeamBulkBar, TeamChangeNotice)
