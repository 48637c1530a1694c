export { draftUser } from './directory-fixture.ts'
