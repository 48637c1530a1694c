/** What every screen says, in Spanish. */
export { createMessages as common } from '../common/es.ts'
export { createMessages as bulk } from '../bulk/es.ts'
export { createMessages as rolesAndPermissions } from '../roles/es.ts'
