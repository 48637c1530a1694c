import type { Desk, UndoOffer } from '../../screens/desk.ts'
import { TeamToast } from './team-toast.ts'

/** Puts a toast where screens are; the one before makes room for it. */
export function showToast(
  place: Element,
  toast: { words: string; undo: UndoOffer | undefined; desk: Desk },
): void {
  if (customElements.get('team-toast') === undefined) {
    customElements.define('team-toast', TeamToast)
  }
  place.querySelector('team-toast')?.remove()
  const element = document.createElement('team-toast')
  Object.assign(element, toast)
  place.append(element)
}
