import { defineTeam } from './define.ts'
import type { TeamWidget } from './elements/team-widget/team-widget.ts'

/** What a host sets; the same names as the element's properties. */
export type TeamMountOptions = Partial<
  Pick<
    TeamWidget,
    | 'apiBase'
    | 'workspace'
    | 'credentials'
    | 'locale'
    | 'theme'
    | 'density'
    | 'getToken'
    | 'labels'
    | 'columns'
    | 'resolveAvatar'
    | 'view'
    | 'readonly'
    | 'features'
  >
>

/** A widget in a page, until it is unmounted. */
export interface TeamMount {
  readonly element: TeamWidget
  unmount(): void
}

/** Puts a widget into a container: for hosts that load the module by federation and write no HTML. */
export function mountTeam(container: Element, options: TeamMountOptions): TeamMount {
  defineTeam()
  const element = document.createElement('team-widget')
  Object.assign(element, options)
  container.append(element)
  return { element, unmount: () => element.remove() }
}
