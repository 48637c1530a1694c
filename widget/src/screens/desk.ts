import type { TeamApi } from '../api/team-api.ts'
import type { TeamChange } from '../change-events.ts'
import type { MemberRow, TeamWorkspace, WorkspaceAction } from '../contract/index.ts'
import type { CommonMessages } from '../i18n/common/common-messages.ts'
import type { Localization } from '../i18n/locales.ts'
import type { ScreenRequest } from './screen-request.ts'

/** Something that can be taken back for a while. */
export interface UndoOffer {
  run: () => Promise<unknown>
}

/** What every screen works with: the widget's facts as they are now, and what it can do for them. */
export interface Desk {
  readonly api: TeamApi
  readonly text: Localization
  readonly common: CommonMessages
  readonly workspace: TeamWorkspace
  readonly isReadOnly: boolean
  can(action: WorkspaceAction): boolean
  open(request: ScreenRequest): Promise<void>
  /** Says that something was done, and offers to take it back. */
  toast(words: string, undo?: UndoOffer): void
  /** Asks the host whether something may be changed; false when it said no. */
  before(change: TeamChange, about: object): boolean
  /** Tells the host and the list that something was changed. */
  after(change: TeamChange, about: object): void
  /** Tells the host that no seat is left. */
  seatLimit(): void
  /** Gives the focus back to a member's row. */
  focusMember(member: Pick<MemberRow, 'id'>): void
}
