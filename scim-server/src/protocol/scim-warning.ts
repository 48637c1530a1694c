/** What was accepted but not done as written; shown in the request log and in the portal. */

/** Why part of a request was not taken literally. */
export type ScimWarningCode =
  | 'schemas-missing'
  | 'unknown-schema-ignored'
  | 'unknown-attribute-ignored'
  | 'read-only-ignored'
  | 'password-discarded'
  | 'value-coerced'
  | 'duplicate-merged'
  | 'no-match-ignored'
  | 'empty-list-ignored'
  | 'element-without-value'
  | 'empty-operations'
  | 'element-created'
  | 'unassignment-ignored'
  | 'unknown-role'
  | 'unknown-member'

/** One such remark; `path` names the attribute or schema it is about, never a value. */
export interface ScimWarning {
  readonly code: ScimWarningCode
  readonly path: string
}

/** Collects remarks, each (code, path) once: 10,000 members with a `display` are one remark. */
export class Warnings {
  readonly #seen = new Map<string, ScimWarning>()

  add(code: ScimWarningCode, path: string): void {
    // A client chooses unknown names: neither their length nor their number may grow the log.
    const cut = path.length > 200 ? `${path.slice(0, 200)}…` : path
    // PostgreSQL stores neither lone surrogates, which cutting also makes, nor null characters.
    const shown = cut.toWellFormed().replaceAll('\0', '\uFFFD')
    if (this.#seen.size < 100) this.#seen.set(`${code} ${shown}`, { code, path: shown })
  }

  list(): readonly ScimWarning[] {
    return [...this.#seen.values()]
  }
}
