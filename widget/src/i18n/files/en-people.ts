/** What screens about people say, in English. */
export { createMessages as person } from '../person/en.ts'
export { createMessages as invite } from '../invite/en.ts'
