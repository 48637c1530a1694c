import { namespaceOfName, openElements, textElements, xmlNamespace } from './saml-names.ts'
import { SamlRefusal } from './saml-refusal.ts'
import { elementsOf, type XmlElement } from './xml-element.ts'

const known: ReadonlySet<string> = new Set(Object.values(xmlNamespace))

/** What holds of every element, signed or not: its namespace, the shape of texts, and ids that are there once. */
export function checkTree(root: XmlElement): void {
  const ids = new Set<string>()
  for (const element of elementsOf(root)) {
    checkNamespace(element)
    checkTexts(element)
    for (const { localName, value } of element.attributes) {
      // Signature libraries look for `ID`, `Id` and `id`, whatever the namespace.
      if (localName.toLowerCase() !== 'id') continue
      if (ids.has(value)) throw new SamlRefusal('duplicate_id', value)
      ids.add(value)
    }
  }
}

function checkNamespace(element: XmlElement): void {
  const { namespace, localName } = element
  const expected = namespaceOfName.get(localName)
  if (expected !== undefined ? namespace !== expected : !known.has(namespace) && !isOpen(element)) {
    throw new SamlRefusal('namespace', localName)
  }
}

function isOpen(element: XmlElement): boolean {
  for (let above = element.parent; above !== undefined; above = above.parent) {
    if (openElements.has(above.localName)) return true
  }
  return false
}

function checkTexts(element: XmlElement): void {
  const { localName, namespace, children, text } = element
  if (textElements.has(localName) && children.length > 0) {
    throw new SamlRefusal('value_shape', `${localName} with elements`)
  }
  // Text between elements is nobody's value, except in what anybody may write.
  const isText = children.length === 0
  if (!isText && known.has(namespace) && !openElements.has(localName) && /[^ \t\r\n]/.test(text)) {
    throw new SamlRefusal('value_shape', `text in ${localName}`)
  }
}
