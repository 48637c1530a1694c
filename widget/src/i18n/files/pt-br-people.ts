/** What screens about people say, in Brazilian Portuguese. */
export { createMessages as person } from '../person/pt-br.ts'
export { createMessages as invite } from '../invite/pt-br.ts'
