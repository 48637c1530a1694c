import type { ScreenRequest } from '../../screens/screen-request.ts'
import { TeamInvite } from './team-invite.ts'

/** The form that adds people, with the addresses of the request in it. */
export function createInvite(request: ScreenRequest | undefined): TeamInvite {
  if (customElements.get('team-invite') === undefined) {
    customElements.define('team-invite', TeamInvite)
  }
  const element = document.createElement('team-invite')
  if (request?.screen === 'invite') element.emails = request.emails ?? []
  return element
}
