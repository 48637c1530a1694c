import type { ResponseExpectation } from './response-expectation.ts'
import { refuse, SamlRefusal, type SamlRefusalCode } from './saml-refusal.ts'
import { attributeOf, type XmlElement } from './xml-element.ts'

const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** Milliseconds since the epoch of an `xs:dateTime` with a time zone; undefined when it is none. SAML Core §1.3.3. */
export function parseInstant(text: string | undefined): number | undefined {
  if (text === undefined || !shape.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

/** `NotOnOrAfter` is required of both elements that have it: without an end, a stolen assertion lasts. */
export function checkPeriod(
  element: XmlElement,
  { now, skewMs }: ResponseExpectation,
  code: SamlRefusalCode,
): void {
  const notBefore = attributeOf(element, 'NotBefore')
  if (notBefore !== undefined) {
    const from = parseInstant(notBefore) ?? refuse(code, notBefore)
    if (now.getTime() + skewMs < from) throw new SamlRefusal(code, `NotBefore ${notBefore}`)
  }
  const notOnOrAfter = attributeOf(element, 'NotOnOrAfter')
  const until = parseInstant(notOnOrAfter) ?? refuse(code, notOnOrAfter ?? 'NotOnOrAfter missing')
  if (now.getTime() - skewMs >= until) throw new SamlRefusal(code, `NotOnOrAfter ${notOnOrAfter}`)
}
