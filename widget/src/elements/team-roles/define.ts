import { TeamRoles } from './team-roles.ts'

/** The view of roles. */
export function createRoles(): TeamRoles {
  if (customElements.get('team-roles') === undefined) {
    customElements.define('team-roles', TeamRoles)
  }
  return document.createElement('team-roles')
}
