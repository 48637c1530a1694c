/** What every screen says, and those that add people, in Brazilian Portuguese. */
export { createMessages as bulk } from '../bulk/pt-br.ts'
export { createMessages as common } from '../common/pt-br.ts'
export { createMessages as filters } from '../filters/pt-br.ts'
export { createMessages as invite } from '../invite/pt-br.ts'
export { createMessages as rolesAndPermissions } from '../roles/pt-br.ts'
