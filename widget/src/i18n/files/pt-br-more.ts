/** What screens about one person and about the workspace say, in Brazilian Portuguese. */
export { createMessages as account } from '../account/pt-br.ts'
export { createMessages as activity } from '../activity/pt-br.ts'
export { createMessages as directory } from '../directory/pt-br.ts'
export { createMessages as person } from '../person/pt-br.ts'
export { createMessages as settings } from '../settings/pt-br.ts'
