import { defineElements } from '../elements/define-elements.ts'
import { TeamFilters } from '../elements/team-filters/team-filters.ts'

// There as soon as the list asks for it.
defineElements(TeamFilters)

export { exportMembers } from '../elements/team-filters/export-members.ts'
