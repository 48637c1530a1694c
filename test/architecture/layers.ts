import type { ImportEdge } from './import-graph.ts'

/** Which of our packages each may import. Whatever is not named here is forbidden. */
export const layers: Record<string, readonly string[]> = {
  db: [],
  team: ['db'],
  'scim-server': ['db', 'team'],
  'idp-bridge': ['db', 'team'],
  widget: [],
  app: ['db', 'team', 'scim-server', 'idp-bridge', 'widget'],
}

/** Says in one sentence what is wrong with an import, or undefined when it may stand. */
export function refuseImport(edge: ImportEdge): string | undefined {
  const layer = edge.from.split('/')[0] ?? ''
  const allowed = layers[layer]
  if (allowed === undefined) return undefined
  const imported = /^@plantel\/([^/]+)/.exec(edge.specifier)?.[1]
  if (imported !== undefined && imported !== layer && !allowed.includes(imported)) {
    return `${edge.from} imports @plantel/${imported}, which is not below ${layer}`
  }
  if (edge.to !== undefined && !edge.to.startsWith(`${layer}/`)) {
    return `${edge.from} reaches out of its package to ${edge.to}`
  }
  return refuseRoom(edge)
}

/** Rooms with rules of their own, narrower than their package's. */
function refuseRoom({ from, specifier, to }: ImportEdge): string | undefined {
  const isTest = from.endsWith('.test.ts') || from.includes('/testing/')
  const protocol = 'scim-server/src/protocol/'
  if (from.startsWith(protocol) && !isTest) {
    const outside =
      to === undefined
        ? specifier !== 'scim2-parse-filter' && !specifier.startsWith('node:')
        : !to.startsWith(protocol)
    if (outside) return `${from} imports ${specifier}: the protocol stands on nothing of ours`
  }
  if (specifier === '@plantel/widget' || specifier.startsWith('@plantel/widget/')) {
    if (specifier !== '@plantel/widget/contract') {
      return `${from} imports ${specifier}: only the contract's types leave the widget`
    }
  }
  if (specifier === 'pg' && !from.startsWith('db/'))
    return `${from} imports pg: SQL connections are made in db`
  if (specifier === '@electric-sql/pglite' && !from.startsWith('db/')) {
    return `${from} imports PGlite: engines are db's`
  }
  if (!isTest && from.startsWith('widget/') && specifier.startsWith('node:')) {
    return `${from} imports ${specifier}: the widget runs in a browser`
  }
  return undefined
}
