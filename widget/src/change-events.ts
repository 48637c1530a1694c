const crossing = { bubbles: true, composed: true } as const

/** What people change with the widget. */
export type TeamChange = 'invite' | 'update' | 'revoke' | 'import' | 'export'

/** Something is about to be changed: a host that prevents it has told the person why. */
export class TeamBeforeEvent extends Event {
  /** What it is about, such as `{ memberId, edit }`. */
  readonly about: Readonly<object>

  constructor(change: TeamChange, about: object) {
    super(`team-before-${change}`, { ...crossing, cancelable: true })
    this.about = about
  }
}

/** Something was changed. */
export class TeamAfterEvent extends Event {
  /** What it is about, such as `{ memberId, edit }`. */
  readonly about: Readonly<object>

  constructor(change: TeamChange, about: object) {
    super(`team-after-${change}`, crossing)
    this.about = about
  }
}

/** Somebody could not be added, because no seat is left. */
export class TeamSeatLimitEvent extends Event {
  static readonly type = 'team-seat-limit'

  constructor() {
    super(TeamSeatLimitEvent.type, crossing)
  }
}
