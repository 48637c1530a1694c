/** What screens about people say, in Spanish. */
export { createMessages as person } from '../person/es.ts'
export { createMessages as invite } from '../invite/es.ts'
