/** What screens about the workspace say, in Brazilian Portuguese. */
export { createMessages as settings } from '../settings/pt-br.ts'
