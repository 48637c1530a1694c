/** What is opened from a row, in one file. */
export { TeamMemberMenu as menu } from '../elements/team-member-menu/team-member-menu.ts'
export { TeamMemberPanel as member } from '../elements/team-member-panel/team-member-panel.ts'
export { TeamRevoke as revoke } from '../elements/team-revoke/team-revoke.ts'
