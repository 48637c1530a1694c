import type { ScreenRequest } from '../../screens/screen-request.ts'
import { TeamRevoke } from './team-revoke.ts'

/** A dialog about the member of the request. */
export function createRevoke(request: ScreenRequest | undefined): TeamRevoke {
  if (customElements.get('team-revoke') === undefined) {
    customElements.define('team-revoke', TeamRevoke)
  }
  const element = document.createElement('team-revoke')
  if (request?.screen === 'revoke') element.member = request.member
  return element
}
