/** A client's habit that the engine refuses and that `compat` rewrites before the engine reads it. */
export interface Quirk {
  /** Client and habit; also the subject of the remark in the request log. */
  readonly name: string
  /** Where the habit is on record. */
  readonly evidence: string
  /** A body, or the part of one that a PATCH sends, as it is meant; undefined when the habit isn't in it. */
  readonly rewrite: (body: Record<string, unknown>) => Record<string, unknown> | undefined
}
