import { TeamMemberList } from './elements/team-member-list/team-member-list.ts'
import { TeamWidget } from './elements/team-widget/team-widget.ts'
import { TeamErrorEvent } from './events.ts'

/**
 * Registers `<team-widget>`. A page that loads the widget twice keeps the first one: silently when both
 * have the same major version, else with a warning and a `team-error` (`version-conflict`) on `window`.
 */
export function defineTeam(
  registry: Pick<CustomElementRegistry, 'get' | 'define'> = customElements,
): void {
  const present = registry.get('team-widget')
  if (present === undefined) {
    registry.define('team-member-list', TeamMemberList)
    registry.define('team-widget', TeamWidget)
    return
  }
  const version = 'version' in present ? String(present.version) : 'unknown'
  if (majorOf(version) === majorOf(TeamWidget.version)) return
  console.warn(`team-widget ${TeamWidget.version} was not registered: ${version} is there already.`)
  const event = new TeamErrorEvent('version-conflict')
  globalThis.dispatchEvent(event)
}

function majorOf(version: string): string | undefined {
  return version.split('.')[0]
}
