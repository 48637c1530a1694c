/** Entry `/mock`: a whole team in the page's memory, for a host's component workshop and its tests. */
export { everyScreen, openScreen, type ShownScreen } from './every-screen.ts'
export { expiredInvitation } from './expired-invitation.ts'
export { InMemoryTeamApi, type MemberSource } from './in-memory-team-api.ts'
export { believablePeople, personNumber } from './people.ts'
