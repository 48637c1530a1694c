import { statusSuccess } from './inspect-response.ts'
import { checkPeriod, parseInstant } from './period.ts'
import { readSubject } from './read-subject.ts'
import type { ResponseExpectation } from './response-expectation.ts'
import { xmlNamespace } from './saml-names.ts'
import { refuse, SamlRefusal } from './saml-refusal.ts'
import { attributeOf, childrenOf, type XmlElement } from './xml-element.ts'

const { protocol, assertion: saml } = xmlNamespace

/** What an identity provider has signed about a person. Only this has a subject. */
export interface VerifiedAssertion {
  /** Unique at the identity provider; to be used once. */
  id: string
  issuer: string
  subject: string
  nameIdFormat: string | undefined
  /** The id of our request, inside what is signed; undefined when the identity provider began. */
  inResponseTo: string | undefined
  sessionIndex: string | undefined
  /** `SessionNotOnOrAfter`: the identity provider wants to be asked again then. */
  sessionExpiresAt: Date | undefined
  /** After this moment the assertion is refused for its age, and need not be remembered. */
  expiresAt: Date
  attributes: ReadonlyMap<string, readonly string[]>
}

/**
 * The guard's second half, after the signature: reads everything anew. `assertion` is parsed from the signed XML.
 * `response` is too when it was signed; otherwise it may say no, but its yes counts for nothing.
 * SAML Profiles §4.1.4.3. Throws `SamlRefusal`.
 */
export function readResponse(
  response: XmlElement,
  assertion: XmlElement,
  isResponseSigned: boolean,
  expected: ResponseExpectation,
): VerifiedAssertion {
  for (const element of [response, assertion]) {
    if (attributeOf(element, 'Version') !== '2.0') throw new SamlRefusal('version')
  }
  checkStatus(response)
  checkDestination(response, isResponseSigned, expected)
  const issuer = checkIssuer(response, assertion, expected)
  const issuedAt = checkAge(response, assertion, expected)
  checkConditions(assertion, expected)
  const { confirmation, ...subject } = readSubject(assertion, expected)
  const answered = attributeOf(response, 'InResponseTo')
  if (answered !== undefined && answered !== confirmation.inResponseTo) {
    throw new SamlRefusal('in_response_to', 'differs')
  }
  const [statement] = childrenOf(assertion, saml, 'AuthnStatement')
  const sessionEnd = statement && attributeOf(statement, 'SessionNotOnOrAfter')
  const sessionExpiresAt =
    sessionEnd === undefined ? undefined : checkSessionEnd(sessionEnd, expected)
  return {
    id: attributeOf(assertion, 'ID') ?? refuse('value_shape', 'ID'),
    issuer,
    ...subject,
    inResponseTo: confirmation.inResponseTo,
    sessionIndex: statement && attributeOf(statement, 'SessionIndex'),
    sessionExpiresAt,
    expiresAt: new Date(issuedAt + expected.maxAgeMs + expected.skewMs),
    attributes: readAttributes(assertion),
  }
}

/** SAML Core §2.7.2. A session that is over lets nobody in. */
function checkSessionEnd(text: string, { now, skewMs }: ResponseExpectation): Date {
  const end = parseInstant(text) ?? refuse('conditions', `SessionNotOnOrAfter ${text}`)
  if (now.getTime() - skewMs >= end) refuse('conditions', `SessionNotOnOrAfter ${text}`)
  return new Date(end)
}

function checkStatus(response: XmlElement): void {
  const [status, ...others] = childrenOf(response, protocol, 'Status')
  const [code] = status === undefined ? [] : childrenOf(status, protocol, 'StatusCode')
  const value = code && attributeOf(code, 'Value')
  if (value !== statusSuccess || others.length > 0) throw new SamlRefusal('status', value)
}

/** MUST be there when the message is signed. SAML Bindings §3.5.5.2. */
function checkDestination(
  response: XmlElement,
  isSigned: boolean,
  { acsUrl }: ResponseExpectation,
): void {
  const destination = attributeOf(response, 'Destination')
  if (destination === undefined ? isSigned : destination !== acsUrl) {
    throw new SamlRefusal('destination', destination ?? 'missing')
  }
}

function checkIssuer(
  response: XmlElement,
  assertion: XmlElement,
  { idpEntityId }: ResponseExpectation,
): string {
  const ofResponse = childrenOf(response, saml, 'Issuer')
  if (ofResponse.length > 1 || ofResponse.some(({ text }) => text.trim() !== idpEntityId)) {
    throw new SamlRefusal('response_issuer', ofResponse[0]?.text)
  }
  const [issuer, ...others] = childrenOf(assertion, saml, 'Issuer')
  if (issuer?.text.trim() !== idpEntityId || others.length > 0) {
    throw new SamlRefusal('assertion_issuer', issuer?.text ?? 'missing')
  }
  return idpEntityId
}

function checkAge(
  response: XmlElement,
  assertion: XmlElement,
  { now, skewMs, maxAgeMs }: ResponseExpectation,
): number {
  const [first, issuedAt] = [response, assertion].map((element) => {
    const text = attributeOf(element, 'IssueInstant')
    const instant = parseInstant(text) ?? refuse('issue_instant', text)
    const age = now.getTime() - instant
    if (age < -skewMs || age > maxAgeMs + skewMs) throw new SamlRefusal('issue_instant', text)
    return instant
  })
  return issuedAt ?? first ?? refuse('issue_instant')
}

const knownConditions: ReadonlySet<string> = new Set([
  'AudienceRestriction',
  'OneTimeUse',
  'ProxyRestriction',
])

/** A condition that is not understood makes the assertion's validity indeterminate. SAML Core §2.5.1. */
function checkConditions(assertion: XmlElement, expected: ResponseExpectation): void {
  const [conditions, ...others] = childrenOf(assertion, saml, 'Conditions')
  if (conditions === undefined || others.length > 0) throw new SamlRefusal('conditions', 'one')
  checkPeriod(conditions, expected, 'conditions')
  for (const { namespace, localName } of conditions.children) {
    if (namespace !== saml || !knownConditions.has(localName)) {
      throw new SamlRefusal('conditions', localName)
    }
  }
  const restrictions = childrenOf(conditions, saml, 'AudienceRestriction')
  if (restrictions.length === 0) throw new SamlRefusal('audience', 'missing')
  for (const restriction of restrictions) {
    const audiences = childrenOf(restriction, saml, 'Audience').map(({ text }) => text.trim())
    if (!audiences.includes(expected.spEntityId)) {
      throw new SamlRefusal('audience', audiences.join(' '))
    }
  }
}

function readAttributes(assertion: XmlElement): Map<string, string[]> {
  const attributes = new Map<string, string[]>()
  for (const statement of childrenOf(assertion, saml, 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, saml, 'Attribute')) {
      const name = attributeOf(attribute, 'Name')
      if (name === undefined) continue
      const values = attributes.get(name) ?? []
      attributes.set(name, values)
      for (const value of childrenOf(attribute, saml, 'AttributeValue')) {
        if (value.children.length === 0) values.push(value.text.trim())
      }
    }
  }
  return attributes
}
