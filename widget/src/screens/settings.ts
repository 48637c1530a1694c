/** How the workspace is arranged, in one file. */
export { TeamDepartments as departments } from '../elements/team-departments/team-departments.ts'
export { TeamRoles as roles } from '../elements/team-roles/team-roles.ts'
