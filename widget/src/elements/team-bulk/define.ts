import type { ScreenRequest } from '../../screens/screen-request.ts'
import { TeamBulk } from './team-bulk.ts'

/** A dialog about what the request does with many. */
export function createBulk(request: ScreenRequest | undefined): TeamBulk {
  if (customElements.get('team-bulk') === undefined) customElements.define('team-bulk', TeamBulk)
  const element = document.createElement('team-bulk')
  if (request?.screen === 'bulk') {
    element.kind = request.kind
    element.count = request.count
    element.request = request.request
  }
  return element
}
