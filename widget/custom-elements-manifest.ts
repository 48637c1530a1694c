import { readFileSync } from 'node:fs'

import { parseSync } from 'vite'

/** What the parser gives of a declaration, as far as the manifest reads it. */
interface Node {
  type: string
  start: number
  end: number
  name?: string
  value?: unknown
  kind?: string
  static?: boolean
  override?: boolean
  readonly?: boolean
  accessibility?: string | null
  id?: Node | null
  key?: Node
  body?: Node | Node[]
  declaration?: Node | null
  typeAnnotation?: Node | null
  properties?: Node[]
  params?: Node[]
  returnType?: Node | null
}

/** A source with its comments. */
interface Source {
  text: string
  body: readonly Node[]
  docBefore: (node: Node) => string
}

function readSource(file: string): Source {
  const text = readFileSync(`${import.meta.dirname}/${file}`, 'utf8')
  const { program, comments } = parseSync(file, text)
  return {
    text,
    body: program.body as unknown as Node[],
    docBefore: (node) => {
      const doc = comments
        .filter(({ end, value }) => end <= node.start && value.startsWith('*'))
        .find(({ end }) => text.slice(end, node.start).trim() === '')
      return (doc?.value ?? '').replace(/^\s*\* ?/gm, '').trim()
    },
  }
}

const slice = ({ text }: Source, node: Node): string => text.slice(node.start, node.end)

/** The text of a type, without the colon. */
function typeText(source: Source, node: Node | null | undefined): string | undefined {
  const type = node?.typeAnnotation
  return type == null ? undefined : slice(source, type).replace(/\s+/g, ' ')
}

const membersOf = (node: Node): Node[] => {
  const body = node.body as Node & { body: Node[] }
  return body.body
}

/** `@tag name - words` of a class comment. */
function tagged(doc: string, tag: string): { name: string; description?: string }[] {
  return [...doc.matchAll(new RegExp(`^@${tag} (\\S+)(?: - (.+))?$`, 'gm'))].map(
    ([, name = '', description]) => ({ name, ...(description !== undefined && { description }) }),
  )
}

/** Which class an event of the element has, by its name. */
function eventTypes(): Map<string, string> {
  const source = readSource('src/events.ts')
  const types = new Map<string, string>()
  const map = source.body.find(({ declaration }) => declaration?.id?.name === 'TeamEventMap')
  for (const member of map?.declaration == null ? [] : membersOf(map.declaration)) {
    const type = typeText(source, member.typeAnnotation)
    if (typeof member.key?.value === 'string' && type !== undefined)
      types.set(member.key.value, type)
  }
  return types
}

/** Fields of the element and what its attributes are called, as `static properties` says. */
function attributesOf(source: Source, properties: Node): Map<string, string | undefined> {
  const object = properties.value as Node
  return new Map(
    (object.properties ?? []).flatMap((property): [string, string | undefined][] => {
      const name = property.key?.name ?? ''
      const options = slice(source, property.value as Node)
      if (options.includes('state: true')) return []
      if (options.includes('attribute: false')) return [[name, undefined]]
      return [[name, /attribute: '([^']+)'/.exec(options)?.[1] ?? name.toLowerCase()]]
    }),
  )
}

const internal = "Only for the widget's own screens."

/** The manifest of `<team-widget>`, read from its source. https://github.com/webcomponents/custom-elements-manifest */
export function customElementsManifest(): object {
  const file = 'src/elements/team-widget/team-widget.ts'
  const source = readSource(file)
  const exported = source.body.find(({ declaration }) => declaration?.id?.name === 'TeamWidget')
  const declaration = exported?.declaration
  if (exported === undefined || declaration == null) throw new Error('There is no TeamWidget.')
  const doc = source.docBefore(exported)
  const all = membersOf(declaration)
  const declared = all.find((member) => member.static === true && member.key?.name === 'properties')
  if (declared === undefined) throw new Error('TeamWidget declares no properties.')
  const attributes = attributesOf(source, declared)
  const members = all
    .filter(
      ({ key, accessibility, override, kind, ...member }) =>
        key?.type === 'Identifier' &&
        member.static !== true &&
        override !== true &&
        accessibility == null &&
        kind !== 'get',
    )
    .filter((member) => source.docBefore(member) !== internal)
  const events = eventTypes()
  const path = 'dist/standalone/team-widget.js'
  return {
    schemaVersion: '1.0.0',
    modules: [
      {
        kind: 'javascript-module',
        path,
        declarations: [
          {
            kind: 'class',
            customElement: true,
            name: 'TeamWidget',
            tagName: 'team-widget',
            description: doc.split('\n')[0],
            attributes: [...attributes].flatMap(([fieldName, name]) =>
              name === undefined ? [] : [{ name, fieldName }],
            ),
            members: members.map((member) => {
              const description = source.docBefore(member)
              const about = {
                name: member.key?.name,
                ...(description !== '' && { description }),
              }
              if (member.type === 'PropertyDefinition') {
                const attribute = attributes.get(member.key?.name ?? '')
                const text = typeText(source, member.typeAnnotation)
                const value = member.value as Node | null
                return {
                  kind: 'field',
                  ...about,
                  ...(text !== undefined && { type: { text } }),
                  ...(value !== null && { default: slice(source, value) }),
                  ...(attribute !== undefined && { attribute }),
                }
              }
              const { params = [], returnType } = member.value as Node
              const text = typeText(source, returnType)
              return {
                kind: 'method',
                ...about,
                parameters: params.map((parameter) => ({ name: slice(source, parameter) })),
                ...(text !== undefined && { return: { type: { text } } }),
              }
            }),
            events: tagged(doc, 'fires').map((event) => ({
              ...event,
              type: { text: events.get(event.name) ?? 'Event' },
            })),
            slots: tagged(doc, 'slot'),
            cssParts: tagged(doc, 'csspart'),
            cssProperties: tagged(doc, 'cssproperty'),
          },
        ],
        exports: [
          { kind: 'js', name: 'TeamWidget', declaration: { name: 'TeamWidget', module: path } },
          {
            kind: 'custom-element-definition',
            name: 'team-widget',
            declaration: { name: 'TeamWidget', module: path },
          },
        ],
      },
    ],
  }
}
