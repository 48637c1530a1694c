import { TeamImport } from './team-import.ts'

/** A dialog that takes a table of people. */
export function createImport(): TeamImport {
  if (customElements.get('team-import') === undefined) {
    customElements.define('team-import', TeamImport)
  }
  return document.createElement('team-import')
}
