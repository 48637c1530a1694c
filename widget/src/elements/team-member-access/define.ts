import { TeamMemberAccess } from './team-member-access.ts'

/** Registers the dialog; a second call does nothing. */
export function defineMemberAccess(): void {
  if (customElements.get('team-member-access') === undefined) {
    customElements.define('team-member-access', TeamMemberAccess)
  }
}
