/** What every screen says, in Brazilian Portuguese. */
export { createMessages as common } from '../common/pt-br.ts'
export { createMessages as bulk } from '../bulk/pt-br.ts'
export { createMessages as rolesAndPermissions } from '../roles/pt-br.ts'
