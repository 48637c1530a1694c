import type { MemberRow } from '../contract/index.ts'
import type { SelectionRequest } from '../controllers/selection.ts'
import type { BulkKind } from '../i18n/bulk/bulk-messages.ts'

/** What the panel about a member shows. */
export type MemberTab = 'access' | 'profile' | 'why' | 'account'

/** What can be opened over a view; each comes in files of its own when it is first wanted. */
export type ScreenRequest =
  /** With the link of an invitation that the page could not copy by itself. */
  | { screen: 'member'; member: MemberRow; tab?: MemberTab; link?: string | undefined }
  /** What can be done with a member, beside the element that was pressed. */
  | { screen: 'menu'; member: MemberRow; anchor: Element }
  /** Asks before somebody's access ends. */
  | { screen: 'revoke'; member: MemberRow }
  | { screen: 'invite'; emails?: readonly string[] }
  | { screen: 'import' }
  /** The same with many: how many, and as the API takes it, who. */
  | { screen: 'bulk'; kind: BulkKind; count: number; request: SelectionRequest }

/** Asks the widget for a screen. */
export type OpenScreen = (request: ScreenRequest) => void
