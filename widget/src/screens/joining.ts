/** How people come into the team, in one file. */
export { TeamImport as import } from '../elements/team-import/team-import.ts'
export { TeamInvite as invite } from '../elements/team-invite/team-invite.ts'
