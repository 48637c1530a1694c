/** What is done with many, in one file. */
export { TeamBulk as bulk } from '../elements/team-bulk/team-bulk.ts'
