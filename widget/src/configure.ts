import type { GetToken } from './api/access-tokens.ts'

/** What every widget of a page may start from. */
export interface TeamDefaults {
  /** Where the Team API is, for widgets without an `api-base`. */
  apiBase: string
  /** Gives tokens to widgets without a `getToken`. */
  getToken: GetToken | null
}

/** Told to the widgets that are on the page already. */
export const CONFIGURED = 'team-configured'

/** What `configureTeam` was told last. */
export const defaults: TeamDefaults = { apiBase: '', getToken: null }

/** Says once for a page what its widgets would each be told, before or after they are there; their own properties win. */
export function configureTeam(given: Partial<TeamDefaults>): void {
  Object.assign(defaults, given)
  const event = new Event(CONFIGURED)
  dispatchEvent(event)
}
