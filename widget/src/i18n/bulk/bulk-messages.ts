import type { Phrasing } from '../phrasing.ts'

/** What can be done with many members at once. */
export type BulkKind =
  | 'set-role'
  | 'add-departments'
  | 'remove-departments'
  | 'sign-out'
  | 'resend-invitation'
  | 'suspend'
  | 'reactivate'
  | 'remove'

/** Every word about many members at once. */
export interface BulkMessages {
  chosen: (count: number) => string
  chooseAll: (count: number) => string
  chooseNone: string
  actions: string
  kinds: Record<BulkKind, string>
  titles: Record<BulkKind, (count: number) => string>
  previewing: string
  wouldChange: (count: number) => string
  wouldStay: (count: number) => string
  wouldRefuse: (count: number) => string
  typeToConfirm: (word: string) => string
  running: string
  progress: (done: number, total: number | null) => string
  finished: string
  stopped: string
  failed: string
  changed: (count: number) => string
  refused: (count: number) => string
  refusedPeople: string
  stop: string
  keepsGoing: string
}

export type CreateBulkMessages = (phrasing: Phrasing) => BulkMessages
