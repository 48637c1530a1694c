import { checkPeriod } from './period.ts'
import type { ResponseExpectation } from './response-expectation.ts'
import { xmlNamespace } from './saml-names.ts'
import { refuse, SamlRefusal } from './saml-refusal.ts'
import { attributeOf, childrenOf, type XmlElement } from './xml-element.ts'

const { assertion: saml } = xmlNamespace
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'

/** Longer than any in the wild, and still an index's key. SAML Core §8.3.7 has persistent ids of 256. */
const maxSubjectLength = 1_024

/** The person of a signed assertion, and the bearer confirmation that lets this browser be them. */
export interface ConfirmedSubject {
  subject: string
  nameIdFormat: string | undefined
  confirmation: { inResponseTo: string | undefined }
}

/** SAML Profiles §4.1.4.2: bearer, with Recipient, NotOnOrAfter, and InResponseTo if it is an answer. */
export function readSubject(
  assertion: XmlElement,
  expected: ResponseExpectation,
): ConfirmedSubject {
  const [element, ...others] = childrenOf(assertion, saml, 'Subject')
  if (element === undefined || others.length > 0) throw new SamlRefusal('nameid', 'Subject')
  const confirmation = readConfirmation(element, expected)
  const [nameId, ...otherIds] = childrenOf(element, saml, 'NameID')
  const subject = nameId?.text.trim() ?? ''
  if (nameId === undefined || otherIds.length > 0 || subject === '') {
    throw new SamlRefusal('nameid', nameId === undefined ? 'missing' : 'empty')
  }
  if (subject.length > maxSubjectLength || /\p{Cc}/u.test(subject)) {
    throw new SamlRefusal('nameid', 'shape')
  }
  return { subject, nameIdFormat: attributeOf(nameId, 'Format'), confirmation }
}

/** One that holds is enough (SAML Core §2.4.1.1); if none does, the last one says why. */
function readConfirmation(
  subject: XmlElement,
  expected: ResponseExpectation,
): ConfirmedSubject['confirmation'] {
  let reason: unknown = new SamlRefusal('subject_confirmation', 'no bearer')
  for (const confirmation of childrenOf(subject, saml, 'SubjectConfirmation')) {
    if (attributeOf(confirmation, 'Method') !== bearer) continue
    try {
      const [data, ...others] = childrenOf(confirmation, saml, 'SubjectConfirmationData')
      if (data === undefined || others.length > 0) refuse('subject_confirmation', 'data')
      const recipient = attributeOf(data, 'Recipient')
      if (recipient !== expected.acsUrl) {
        refuse('subject_confirmation', `Recipient ${recipient ?? 'missing'}`)
      }
      checkPeriod(data, expected, 'subject_confirmation')
      return { inResponseTo: attributeOf(data, 'InResponseTo') }
    } catch (refusal) {
      reason = refusal
    }
  }
  throw reason
}
