/** Why a text is not the metadata of an identity provider that we can use. */
export type MetadataErrorCode =
  | 'too-large'
  | 'doctype'
  | 'html'
  | 'malformed'
  | 'not-metadata'
  | 'no-identity-provider'
  | 'several-identity-providers'
  | 'no-sign-on-address'
  | 'no-certificate'
  | 'unreachable'
  | 'redirected'
  | 'refused'

/** `detail` is what was found: entity ids to choose from, an HTTP status, the name of what is missing. */
export class MetadataError extends Error {
  readonly code: MetadataErrorCode
  readonly detail: readonly string[]

  constructor(code: MetadataErrorCode, detail: readonly string[] = [], options?: ErrorOptions) {
    super([code, ...detail].join(' '), options)
    this.name = 'MetadataError'
    this.code = code
    this.detail = detail
  }
}
