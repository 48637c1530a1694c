/** What every screen says, and those that add people, in English. */
export { createMessages as bulk } from '../bulk/en.ts'
export { createMessages as common } from '../common/en.ts'
export { createMessages as filters } from '../filters/en.ts'
export { createMessages as invite } from '../invite/en.ts'
export { createMessages as rolesAndPermissions } from '../roles/en.ts'
