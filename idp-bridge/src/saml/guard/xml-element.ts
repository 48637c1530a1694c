import { type Attr, DOMParser, type Element, Node } from '@xmldom/xmldom'

import { SamlRefusal } from './saml-refusal.ts'

/** An element as plain values: what the checks read, and nothing they could change. */
export interface XmlElement {
  namespace: string
  localName: string
  attributes: readonly XmlAttribute[]
  children: readonly XmlElement[]
  /** Its own text, without that of its children. */
  text: string
  /** The undefined parent is the document. */
  parent: XmlElement | undefined
}

export interface XmlAttribute {
  namespace: string
  localName: string
  value: string
}

/** Parses XML that `scanXml` has passed. */
export function parseXml(xml: string): XmlElement {
  let root: Element | null
  try {
    root = new DOMParser({
      onError: (_level, message) => {
        throw new Error(message)
      },
    }).parseFromString(xml, 'text/xml').documentElement
  } catch (cause) {
    throw new SamlRefusal('malformed', 'not well-formed', { cause })
  }
  if (root === null) throw new SamlRefusal('malformed', 'no root')
  return toXmlElement(root, undefined)
}

/** Not deeper than the scan's limit, so that recursion is safe. */
function toXmlElement(element: Element, parent: XmlElement | undefined): XmlElement {
  const attributes: XmlAttribute[] = []
  for (let index = 0; index < element.attributes.length; index++) {
    const { namespaceURI, localName, name, value } = element.attributes.item(index) as Attr
    attributes.push({ namespace: namespaceURI ?? '', localName: localName ?? name, value })
  }
  const children: XmlElement[] = []
  const result = {
    namespace: element.namespaceURI ?? '',
    localName: element.localName ?? element.tagName,
    attributes,
    children,
    text: '',
    parent,
  }
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === Node.ELEMENT_NODE) children.push(toXmlElement(node as Element, result))
    else if (node.nodeType === Node.TEXT_NODE) result.text += node.nodeValue ?? ''
    else throw new SamlRefusal('malformed', `node type ${node.nodeType}`)
  }
  return result
}

/** The element and all below it, in document order. */
export function* elementsOf(element: XmlElement): Generator<XmlElement> {
  yield element
  for (const child of element.children) yield* elementsOf(child)
}

/** The value of an attribute without a namespace; undefined when it is not there. */
export function attributeOf(element: XmlElement, localName: string): string | undefined {
  return element.attributes.find((each) => each.namespace === '' && each.localName === localName)
    ?.value
}

/** Children of that name; `namespace` is one of `xmlNamespace`. */
export function childrenOf(
  element: XmlElement,
  namespace: string,
  localName: string,
): readonly XmlElement[] {
  return element.children.filter(
    (child) => child.namespace === namespace && child.localName === localName,
  )
}
