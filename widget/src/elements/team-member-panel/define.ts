import type { ScreenRequest } from '../../screens/screen-request.ts'
import { TeamMemberPanel } from './team-member-panel.ts'

/** A panel about the member of the request. */
export function createMemberPanel(request: ScreenRequest | undefined): TeamMemberPanel {
  if (customElements.get('team-member-panel') === undefined) {
    customElements.define('team-member-panel', TeamMemberPanel)
  }
  const element = document.createElement('team-member-panel')
  if (request?.screen === 'member') {
    element.member = request.member
    element.tab = request.tab ?? 'access'
  }
  return element
}
