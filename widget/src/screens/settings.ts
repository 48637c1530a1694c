/** What stands in the place of the list, in one file. */
export { TeamActivity as activity } from '../elements/team-activity/team-activity.ts'
export { TeamDepartments as departments } from '../elements/team-departments/team-departments.ts'
export { TeamDirectory as directory } from '../elements/team-directory/team-directory.ts'
export { TeamRoles as roles } from '../elements/team-roles/team-roles.ts'
