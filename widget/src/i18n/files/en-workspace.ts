/** What screens about the workspace say, in English. */
export { createMessages as settings } from '../settings/en.ts'
