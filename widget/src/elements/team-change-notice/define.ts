import { TeamChangeNotice } from './team-change-notice.ts'

/** Registers the notice; a second call does nothing. */
export function defineChangeNotice(): void {
  if (customElements.get('team-change-notice') === undefined) {
    customElements.define('team-change-notice', TeamChangeNotice)
  }
}
