import { TeamBulkBar } from './team-bulk-bar.ts'

/** Registers the bar; a second call does nothing. */
export function defineBulkBar(): void {
  if (customElements.get('team-bulk-bar') === undefined) {
    customElements.define('team-bulk-bar', TeamBulkBar)
  }
}
