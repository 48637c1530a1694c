/** Why a SAML response is refused. Closed, stable, and something an IT admin can act on. */
export type SamlRefusalCode =
  | 'assertion_issuer'
  | 'audience'
  | 'cdata'
  | 'comment'
  | 'conditions'
  | 'depth'
  | 'destination'
  | 'digest_alg'
  | 'doctype'
  | 'duplicate_id'
  | 'elements'
  | 'encryption'
  | 'in_response_to'
  | 'issue_instant'
  | 'malformed'
  | 'multiple_Assertion'
  | 'multiple_Response'
  | 'nameid'
  | 'namespace'
  | 'processing_instruction'
  | 'reference_uri'
  | 'replay'
  | 'response_issuer'
  | 'signature'
  | 'signature_alg'
  | 'signature_place'
  | 'signedinfo'
  | 'size'
  | 'status'
  | 'subject_confirmation'
  | 'text_outside_root'
  | 'transforms'
  | 'value_shape'
  | 'version'

/** A refused SAML response. `detail` is for the log of the workspace's admin: what was found, shortened. */
export class SamlRefusal extends Error {
  readonly code: SamlRefusalCode
  readonly detail: string | undefined

  constructor(code: SamlRefusalCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? code : `${code}: ${shorten(detail)}`, options)
    this.name = 'SamlRefusal'
    this.code = code
    this.detail = detail === undefined ? undefined : shorten(detail)
  }
}

/** Whoever posts a response writes these texts: they stay short and on one line. */
function shorten(text: string): string {
  const line = text.replace(/[^\x20-\x7e]/g, '?')
  return line.length > 120 ? `${line.slice(0, 117)}...` : line
}

/** For the right of `??`. */
export function refuse(code: SamlRefusalCode, detail?: string): never {
  throw new SamlRefusal(code, detail)
}
