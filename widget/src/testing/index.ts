/** Entry `/mock`: a whole team in the page's memory, for a host's component workshop and its tests. */
export { InMemoryTeamApi, type MemberSource } from './in-memory-team-api.ts'
export { believablePeople, personNumber } from './people.ts'
