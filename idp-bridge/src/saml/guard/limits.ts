/** Far above what identity providers send, and far below what costs us time. */
export const samlLimits: {
  readonly maxBytes: number
  readonly maxElements: number
  readonly maxAttributes: number
  readonly maxAttributesOfElement: number
  readonly maxDepth: number
} = {
  maxBytes: 256 * 1024,
  maxElements: 3_000,
  maxAttributes: 6_000,
  maxAttributesOfElement: 64,
  maxDepth: 40,
}
