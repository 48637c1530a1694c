import type { MemberFilter } from '../../contract/index.ts'
import type { Phrasing } from '../phrasing.ts'

/** The words of the filters that are seldom needed. */
export interface FilterMessages {
  /** The first choice of every filter. */
  any: string
  sources: Record<NonNullable<MemberFilter['source']>, string>
  activeWithin: (days: number) => string
  inactiveFor: (days: number) => string
}

export type CreateFilterMessages = (phrasing: Phrasing) => FilterMessages
