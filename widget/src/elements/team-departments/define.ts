import { TeamDepartments } from './team-departments.ts'

/** The view of departments. */
export function createDepartments(): TeamDepartments {
  if (customElements.get('team-departments') === undefined) {
    customElements.define('team-departments', TeamDepartments)
  }
  return document.createElement('team-departments')
}
