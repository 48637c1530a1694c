import type { TokenAnswer, TokenReason } from './api/access-tokens.ts'
import type { ApiErrorCode } from './api/api-error.ts'
import type { MemberQuery } from './api/team-api.ts'
import type { TeamAfterEvent, TeamBeforeEvent, TeamSeatLimitEvent } from './change-events.ts'
import type { TeamView } from './i18n/messages.ts'

const crossing = { bubbles: true, composed: true } as const

/** The first page of members is on the screen. */
export class TeamReadyEvent extends Event {
  static readonly type = 'team-ready'
  /** How many members the workspace lists. */
  readonly total: number

  constructor(total: number) {
    super(TeamReadyEvent.type, crossing)
    this.total = total
  }
}

/** What went wrong, for the host's own monitoring; the widget has already told the person. */
export type TeamErrorCode = ApiErrorCode | 'version-conflict'

/** Something failed. */
export class TeamErrorEvent extends Event {
  static readonly type = 'team-error'
  readonly code: TeamErrorCode
  /** Names the request in the server's log. */
  readonly requestId: string | null

  constructor(code: TeamErrorCode, requestId: string | null = null) {
    super(TeamErrorEvent.type, crossing)
    this.code = code
    this.requestId = requestId
  }
}

/** Tells the host what failed, where it failed. */
export function tellError(
  where: EventTarget,
  { code, requestId }: Pick<TeamErrorEvent, 'code' | 'requestId'>,
): void {
  const event = new TeamErrorEvent(code, requestId)
  where.dispatchEvent(event)
}

/** The widget needs an access token and has no `getToken`: answer with `respondWith`. */
export class TeamTokenRequestEvent extends Event {
  static readonly type = 'team-token-request'
  readonly reason: TokenReason
  /** What the `workspace` attribute says. */
  readonly workspace: string | null
  /** Aborts when the widget no longer needs the answer. */
  readonly signal: AbortSignal
  #answer: Promise<TokenAnswer | undefined> | null = null

  constructor(reason: TokenReason, workspace: string | null, signal: AbortSignal) {
    super(TeamTokenRequestEvent.type, crossing)
    this.reason = reason
    this.workspace = workspace
    this.signal = signal
  }

  get answer(): Promise<TokenAnswer | undefined> | null {
    return this.#answer
  }

  /** Gives the token, or a promise of it; the first listener that answers wins. */
  respondWith(answer: TokenAnswer | undefined | Promise<TokenAnswer | undefined>): void {
    this.#answer ??= Promise.resolve(answer)
    this.stopImmediatePropagation()
  }
}

/** No token that the server accepts: the person has to sign in to the host again. */
export class TeamAuthRequiredEvent extends Event {
  static readonly type = 'team-auth-required'

  constructor() {
    super(TeamAuthRequiredEvent.type, crossing)
  }
}

/** What is shown has changed: a host may keep it in its URL. */
export class TeamNavigateEvent extends Event {
  static readonly type = 'team-navigate'
  readonly view: TeamView
  readonly query: Readonly<MemberQuery>

  constructor(query: Readonly<MemberQuery>, view: TeamView = 'members') {
    super(TeamNavigateEvent.type, crossing)
    this.view = view
    this.query = query
  }
}

/** Other members are chosen. */
export class TeamSelectionChangeEvent extends Event {
  static readonly type = 'team-selection-change'
  /** How many are chosen now. */
  readonly count: number

  constructor(count: number) {
    super(TeamSelectionChangeEvent.type, crossing)
    this.count = count
  }
}

/** The widget's events and their classes, by name. */
export interface TeamEventMap {
  'team-selection-change': TeamSelectionChangeEvent
  'team-ready': TeamReadyEvent
  'team-error': TeamErrorEvent
  'team-token-request': TeamTokenRequestEvent
  'team-auth-required': TeamAuthRequiredEvent
  'team-navigate': TeamNavigateEvent
  'team-seat-limit': TeamSeatLimitEvent
  'team-before-invite': TeamBeforeEvent
  'team-before-update': TeamBeforeEvent
  'team-before-revoke': TeamBeforeEvent
  'team-before-import': TeamBeforeEvent
  'team-before-export': TeamBeforeEvent
  'team-after-invite': TeamAfterEvent
  'team-after-update': TeamAfterEvent
  'team-after-revoke': TeamAfterEvent
  'team-after-import': TeamAfterEvent
  'team-after-export': TeamAfterEvent
}

declare global {
  interface HTMLElementEventMap extends TeamEventMap {}
  interface WindowEventMap {
    'team-error': TeamErrorEvent
  }
}
