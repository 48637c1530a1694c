/** What is about one person, in one file. */
export { TeamMemberMenu as menu } from '../elements/team-member-menu/team-member-menu.ts'
export { TeamMemberPanel as member } from '../elements/team-member-panel/team-member-panel.ts'
export { TeamProfile as profile } from '../elements/team-profile/team-profile.ts'
export { TeamRevoke as revoke } from '../elements/team-revoke/team-revoke.ts'
