/** Operations on an attribute stored as rows (`members`), in request order, for the store to run. */
import type { ResolvedFilter } from './filter.ts'
import type { Resource } from './resource.ts'
import type { ScimWarning } from './scim-warning.ts'

/** An element of a row-stored attribute as a request names it. */
export interface RowValue {
  readonly value: string
  /** As sent, canonical in spelling where the schema lists it; undefined when not sent. */
  readonly type: string | undefined
}

/** Rows that were read while their body arrived; only who made the store knows how they are kept. */
export interface RowStore {
  readonly length: number
  add(row: RowValue): void
}

/** All rows of one list. */
export type RowValues = readonly RowValue[] | RowStore

/**
 * One operation on the rows of `attribute` (its canonical path). Each sees the effect of those before.
 * Adding a present value and removing an absent one change nothing; only an operation whose
 * `whenNoMatch` is `noTarget` refuses (400 noTarget) when no row satisfies its filter at that point.
 */
export type RowOperation = { readonly attribute: string } & (
  | { readonly kind: 'add'; readonly values: RowValues }
  | { readonly kind: 'remove'; readonly values: RowValues }
  | { readonly kind: 'replace'; readonly values: RowValues }
  | {
      readonly kind: 'remove-matching'
      readonly filter: ResolvedFilter
      readonly whenNoMatch: 'ignore' | 'noTarget'
    }
  /** Changes nothing; refuses when no row satisfies the filter. */
  | { readonly kind: 'require-match'; readonly filter: ResolvedFilter }
  | { readonly kind: 'clear' }
)

/** What an engine call gives back; `changed` is about `resource` alone, rows tell for themselves. */
export interface EngineResult {
  readonly resource: Resource
  readonly changed: boolean
  readonly rowOperations: readonly RowOperation[]
  readonly warnings: readonly ScimWarning[]
}
