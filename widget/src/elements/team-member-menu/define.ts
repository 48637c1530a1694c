import type { ScreenRequest } from '../../screens/screen-request.ts'
import { TeamMemberMenu } from './team-member-menu.ts'

/** A menu for the member of the request. */
export function createMemberMenu(request: ScreenRequest | undefined): TeamMemberMenu {
  if (customElements.get('team-member-menu') === undefined) {
    customElements.define('team-member-menu', TeamMemberMenu)
  }
  const element = document.createElement('team-member-menu')
  if (request?.screen === 'menu') {
    element.member = request.member
    element.anchor = request.anchor
  }
  return element
}
