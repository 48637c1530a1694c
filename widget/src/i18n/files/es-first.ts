/** What every screen says, and those that add people, in Spanish. */
export { createMessages as bulk } from '../bulk/es.ts'
export { createMessages as common } from '../common/es.ts'
export { createMessages as filters } from '../filters/es.ts'
export { createMessages as invite } from '../invite/es.ts'
export { createMessages as rolesAndPermissions } from '../roles/es.ts'
