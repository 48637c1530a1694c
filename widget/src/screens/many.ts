/** What is done with many people at once, in one file. */
export { TeamBulk as bulk } from '../elements/team-bulk/team-bulk.ts'
export { TeamImport as import } from '../elements/team-import/team-import.ts'
export { TeamInvite as invite } from '../elements/team-invite/team-invite.ts'
