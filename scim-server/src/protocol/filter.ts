/** Filter expressions as values. RFC 7644 §3.4.2.2. */
import type { Attribute } from './attribute.ts'

/** The comparison operators; `pr` is a node of its own. */
export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

/** A literal of a filter. */
export type FilterValue = string | number | boolean | null

/** A filter tree over paths of kind `Path`: text as parsed, or attributes once resolved. */
export type FilterOf<Path> =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly FilterOf<Path>[] }
  | { readonly kind: 'not'; readonly operand: FilterOf<Path> }
  | { readonly kind: 'present'; readonly path: Path }
  | {
      readonly kind: 'compare'
      readonly operator: CompareOperator
      readonly path: Path
      readonly value: FilterValue
    }
  /** True when one element of a multi-valued attribute satisfies the whole inner filter. */
  | { readonly kind: 'element'; readonly path: Path; readonly filter: FilterOf<Path> }

/** A filter as written: names unchecked, but grammatical. */
export type Filter = FilterOf<string>

/** What a filter leaf reads. */
export interface FilterTarget {
  /**
   * The top-level attribute; inside an `element` node the multi-valued one that the node names, and
   * the leaf reads from the current element.
   */
  readonly attribute: Attribute
  /** Undefined: the attribute itself, or the element itself of a simple multi-valued attribute. */
  readonly subAttribute: Attribute | undefined
}

/**
 * A filter that may be evaluated: every name resolved, every operand of the attribute's type and
 * never null or "", dateTime operands in UTC with six decimals. `ne` stays `ne`: on a multi-valued
 * attribute it means "some value differs", else it is the complement of `eq`.
 */
export type ResolvedFilter =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly ResolvedFilter[] }
  | { readonly kind: 'not'; readonly operand: ResolvedFilter }
  | { readonly kind: 'present'; readonly path: FilterTarget }
  | {
      readonly kind: 'compare'
      readonly operator: CompareOperator
      readonly path: FilterTarget
      readonly value: SimpleOperand
    }
  | { readonly kind: 'element'; readonly path: FilterTarget; readonly filter: ResolvedFilter }
  /** An attribute that this resource type doesn't have, in a search over several types. */
  | { readonly kind: 'constant'; readonly value: boolean }

/** The operand of a resolved comparison. */
export type SimpleOperand = string | number | boolean
