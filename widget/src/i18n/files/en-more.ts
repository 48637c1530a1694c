/** What screens about one person and about the workspace say, in English. */
export { createMessages as account } from '../account/en.ts'
export { createMessages as activity } from '../activity/en.ts'
export { createMessages as directory } from '../directory/en.ts'
export { createMessages as person } from '../person/en.ts'
export { createMessages as settings } from '../settings/en.ts'
