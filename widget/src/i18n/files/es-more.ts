/** What screens about one person and about the workspace say, in Spanish. */
export { createMessages as account } from '../account/es.ts'
export { createMessages as activity } from '../activity/es.ts'
export { createMessages as directory } from '../directory/es.ts'
export { createMessages as person } from '../person/es.ts'
export { createMessages as settings } from '../settings/es.ts'
