import type { TeamWidget } from '../elements/team-widget/team-widget.ts'
import type { TeamEventMap } from '../events.ts'
import type { TeamMountOptions } from '../mount.ts'

/** Every event of the widget. */
export type TeamEventName = keyof TeamEventMap

type Pascal<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Pascal<Rest>}`
  : Capitalize<Name>

/** `onTeamReady`, `onTeamBeforeInvite`, …: one property for each event. */
export type TeamHandlers = {
  [Name in TeamEventName as `on${Pascal<Name>}`]?: (event: TeamEventMap[Name]) => void
}

/** What a wrapper takes: the element's properties, and a function for each event. */
export type TeamProps = TeamMountOptions & TeamHandlers

/** The properties with what they are when nobody sets them. */
export const propertyDefaults: Required<TeamMountOptions> = {
  apiBase: '',
  workspace: null,
  credentials: 'omit',
  locale: null,
  theme: 'auto',
  density: 'comfortable',
  getToken: null,
  labels: {},
  columns: null,
  resolveAvatar: null,
  view: 'members',
  readonly: false,
  features: null,
}

const changes = ['invite', 'update', 'revoke', 'import', 'export'] as const

/** The events, in the order of the documentation. */
export const eventNames: readonly TeamEventName[] = [
  'team-ready',
  'team-error',
  'team-token-request',
  'team-auth-required',
  'team-navigate',
  'team-selection-change',
  'team-seat-limit',
  ...changes.map((change) => `team-before-${change}` as const),
  ...changes.map((change) => `team-after-${change}` as const),
]

/** `team-ready` → `onTeamReady` */
export function handlerName(event: TeamEventName): keyof TeamHandlers {
  const name = event.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase())
  return `on${name}` as keyof TeamHandlers
}

/** Keeps an element in step with what a framework renders, until it is released. */
export interface TeamBinding {
  /** Sets what has changed since the last time: what the person chose meanwhile, such as another view, stays. */
  update(props: TeamProps): void
  release(): void
}

/** Functions are set as properties and events listened to, whether the element is defined yet or not. */
export function bindTeam(element: TeamWidget): TeamBinding {
  let current: TeamProps = {}
  const listen = (event: Event): void => {
    const handler = current[handlerName(event.type as TeamEventName)]
    ;(handler as ((event: Event) => void) | undefined)?.(event)
  }
  for (const name of eventNames) element.addEventListener(name, listen)
  return {
    update(props) {
      const set: Record<string, unknown> = {}
      for (const [name, nothing] of Object.entries(propertyDefaults)) {
        const key = name as keyof TeamMountOptions
        if (!Object.is(props[key], current[key])) set[key] = props[key] ?? nothing
      }
      current = props
      Object.assign(element, set)
    },
    release() {
      for (const name of eventNames) element.removeEventListener(name, listen)
    },
  }
}
