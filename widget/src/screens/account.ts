/** What was done and what is one's own, in one file. */
export { TeamActivity as activity } from '../elements/team-activity/team-activity.ts'
