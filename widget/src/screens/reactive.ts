/** A field of an element's own: a new value renders it anew. */
export const state = { state: true } as const

/** A property that is no attribute. */
export const property = { attribute: false } as const
