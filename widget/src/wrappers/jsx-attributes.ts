import type { TeamWidget } from '../elements/team-widget/team-widget.ts'
import type { TeamEventMap } from '../events.ts'
import type { TeamMountOptions } from '../mount.ts'
import type { TeamEventName } from './bind-team.ts'

/** What `<team-widget>` takes where a framework renders it itself: attributes, properties and `onteam-…` listeners. */
export type TeamWidgetAttributes = Omit<TeamMountOptions, 'apiBase'> & {
  'api-base'?: string
  id?: string
  class?: string
  className?: string
  slot?: string
  key?: string | number | null
  children?: unknown
  ref?: ((element: TeamWidget | null) => void) | { current: TeamWidget | null } | null
} & { [Name in TeamEventName as `on${Name}`]?: (event: TeamEventMap[Name]) => void }
