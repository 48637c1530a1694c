/** What every screen says, in English. */
export { createMessages as common } from '../common/en.ts'
export { createMessages as bulk } from '../bulk/en.ts'
export { createMessages as rolesAndPermissions } from '../roles/en.ts'
