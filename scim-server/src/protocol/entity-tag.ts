/** Versions and conditional requests. RFC 7644 §3.14, RFC 9110 §8.8.3, §13.1. */
import { ScimError } from './scim-error.ts'

/** The ETag of a version number, equal to `meta.version`. */
export function formatEntityTag(version: number | bigint | string): string {
  return `W/"${version}"`
}

/**
 * Refuses a write whose If-Match names another version (412). `current` is the resource's tag,
 * undefined when there is none; no header is no condition. Comparison is weak: our tags are weak.
 */
export function assertIfMatch(header: string | undefined, current: string | undefined): void {
  if (header === undefined || header.trim() === '') return
  if (!matches(header, current)) {
    throw ScimError.status(412, 'The resource has another version than If-Match names.')
  }
}

/** Whether If-None-Match names the current version, so that a GET answers 304. */
export function isNotModified(header: string | undefined, current: string): boolean {
  return header !== undefined && matches(header, current)
}

function matches(header: string, current: string | undefined): boolean {
  if (current === undefined) return false
  if (header.trim() === '*') return true
  return [...header.matchAll(/(?:W\/)?("[^"]*")/g)].some(
    ([, opaque]) => opaque === current.replace(/^W\//, ''),
  )
}
