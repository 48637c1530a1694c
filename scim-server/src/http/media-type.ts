/** Media types. RFC 7644 §3.1, §8.1. */
import type { Request } from 'express'

import { ScimError } from '../protocol/scim-error.ts'

/** What every answer is, without a charset: JSON is UTF-8. */
export const scimMediaType = 'application/scim+json'

/** MUST: a client that takes neither SCIM nor plain JSON → 406. */
export function assertAcceptable(request: Request): void {
  if (request.accepts([scimMediaType, 'application/json']) === false) {
    throw ScimError.status(406, `Answers are ${scimMediaType}.`)
  }
}

/** MUST: a body in anything but JSON in UTF-8 → 415; a body without a type is taken for JSON. */
export function assertJsonBody(request: Request): void {
  const type = request.headers['content-type']
  if (type === undefined) return
  const [mediaType = '', ...parameters] = type.toLowerCase().split(';')
  const known = mediaType.trim() === scimMediaType || mediaType.trim() === 'application/json'
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith('charset='))
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset)
  if (!known || !isUtf8) throw ScimError.status(415, `A body must be ${scimMediaType} in UTF-8.`)
}
