import { samlLimits } from './limits.ts'
import { SamlRefusal } from './saml-refusal.ts'

const name = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?'
const tag = new RegExp(
  `<(/?)(${name})((?:[ \\t\\r\\n]+${name}[ \\t\\r\\n]*=[ \\t\\r\\n]*(?:"[^"<]*"|'[^'<]*'))*)[ \\t\\r\\n]*(/?)>`,
  'y',
)
const declaration =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"[Uu][Tt][Ff]-8"|'[Uu][Tt][Ff]-8'))?(?: standalone=(?:"(?:yes|no)"|'(?:yes|no)'))? ?\?>/
const forbiddenCharacter = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u
const reference = /&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)/

/**
 * Looks at XML before any parser does: a subset of XML 1.0 that all parsers read alike (elements, attributes, text,
 * the five entities, character references), within the limits. Linear in its length.
 */
export function scanXml(xml: string): void {
  if (forbiddenCharacter.test(xml)) throw new SamlRefusal('malformed', 'forbidden character')
  const open: string[] = []
  let position = declaration.exec(xml)?.[0].length ?? 0
  let elements = 0
  let attributes = 0
  let hasRoot = false
  while (position < xml.length) {
    const next = xml.indexOf('<', position)
    const text = xml.slice(position, next === -1 ? xml.length : next)
    checkText(text, open.length > 0)
    if (next === -1) break
    refuseMarkup(xml, next)
    tag.lastIndex = next
    const match = tag.exec(xml)
    if (match === null) throw new SamlRefusal('malformed', 'tag')
    const [whole, slash, tagName = '', attributeText = '', selfClosing] = match
    position = next + whole.length
    if (slash === '/') {
      if (attributeText !== '' || selfClosing !== '' || open.pop() !== tagName) {
        throw new SamlRefusal('malformed', `unexpected end of ${tagName}`)
      }
      continue
    }
    if (open.length === 0 && hasRoot) throw new SamlRefusal('malformed', 'second root')
    hasRoot = true
    if (++elements > samlLimits.maxElements) throw new SamlRefusal('elements')
    if (attributeText !== '') {
      const count = countAttributes(attributeText)
      attributes += count
      if (count > samlLimits.maxAttributesOfElement || attributes > samlLimits.maxAttributes) {
        throw new SamlRefusal('elements', 'attributes')
      }
    }
    if (selfClosing === '/') continue
    open.push(tagName)
    if (open.length > samlLimits.maxDepth) throw new SamlRefusal('depth')
  }
  if (!hasRoot || open.length > 0) throw new SamlRefusal('malformed', 'incomplete')
}

function refuseMarkup(xml: string, position: number): void {
  if (xml.startsWith('<!--', position)) throw new SamlRefusal('comment')
  if (xml.startsWith('<![CDATA[', position)) throw new SamlRefusal('cdata')
  if (xml.startsWith('<!', position)) throw new SamlRefusal('doctype')
  if (xml.startsWith('<?', position)) throw new SamlRefusal('processing_instruction')
}

function checkText(text: string, isInside: boolean): void {
  if (!isInside && /[^ \t\r\n]/.test(text)) throw new SamlRefusal('text_outside_root')
  if (text.includes(']]>')) throw new SamlRefusal('malformed', 'text')
  checkReferences(text)
}

/** A character reference may name no character that could not stand there itself. */
function checkReferences(text: string): void {
  if (!text.includes('&')) return
  if (reference.test(text)) throw new SamlRefusal('malformed', 'reference')
  for (const [, hex, digits] of text.matchAll(/&#(x?)([0-9A-Fa-f]+);/g)) {
    const codePoint = Number.parseInt(digits ?? '', hex === 'x' ? 16 : 10)
    if (codePoint > 0x10ffff || forbiddenCharacter.test(String.fromCodePoint(codePoint))) {
      throw new SamlRefusal('malformed', 'character reference')
    }
  }
}

/** Values hold no `"` unescaped within their own quotes: every value begins after an `=`. */
function countAttributes(text: string): number {
  checkReferences(text)
  let count = 0
  for (const _ of text.matchAll(/=[ \t\r\n]*(?:"[^"]*"|'[^']*')/g)) count += 1
  return count
}
