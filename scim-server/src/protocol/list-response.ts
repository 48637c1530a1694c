/** Answers of a list or search. RFC 7644 §3.4.2, RFC 9865 §2. */

/** The schema URN of a list. */
export const listResponseSchema = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'

/** The JSON of a list; `Resources` is there even when empty, since clients count on it. */
export interface ListResponse<Item> {
  readonly schemas: readonly [typeof listResponseSchema]
  readonly totalResults: number
  readonly itemsPerPage: number
  readonly startIndex?: number
  readonly previousCursor?: string
  readonly nextCursor?: string
  readonly Resources: readonly Item[]
}

/** Where a page stands in its list. */
export type PagePosition =
  | { readonly kind: 'index'; readonly startIndex: number }
  | {
      readonly kind: 'cursor'
      /** Undefined on the first page. */
      readonly previousCursor: string | undefined
      /** Undefined only on the last page. */
      readonly nextCursor: string | undefined
    }

/** Wraps one page; `totalResults` counts the whole list. */
export function createListResponse<Item>(
  resources: readonly Item[],
  totalResults: number,
  position: PagePosition,
): ListResponse<Item> {
  return {
    schemas: [listResponseSchema],
    totalResults,
    itemsPerPage: resources.length,
    ...positionMembers(position),
    Resources: resources,
  }
}

function positionMembers(
  position: PagePosition,
): Pick<ListResponse<never>, 'startIndex' | 'previousCursor' | 'nextCursor'> {
  if (position.kind === 'index') return { startIndex: position.startIndex }
  const { previousCursor, nextCursor } = position
  return {
    ...(previousCursor === undefined ? {} : { previousCursor }),
    ...(nextCursor === undefined ? {} : { nextCursor }),
  }
}
