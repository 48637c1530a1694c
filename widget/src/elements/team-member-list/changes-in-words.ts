import type { MemberChange } from '../../controllers/members-controller.ts'
import type { Messages } from '../../i18n/messages.ts'

/** From here on names are no longer given one by one. */
const NAMED_CHANGES = 3

/** Names who came, changed or went, or counts them when they are many. */
export function changesInWords(changes: readonly MemberChange[], messages: Messages): string {
  const sentences: Record<MemberChange['kind'], (name: string) => string> = {
    added: messages.memberAdded,
    changed: messages.memberChanged,
    removed: messages.memberRemoved,
  }
  return changes.length > NAMED_CHANGES
    ? messages.membersChanged(changes.length)
    : changes.map(({ kind, name }) => sentences[kind](name)).join('. ')
}
