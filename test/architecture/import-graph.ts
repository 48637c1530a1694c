import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** One import, export-from or dynamic import. */
export interface ImportEdge {
  /** Path from the root of the repository, with `/`. */
  from: string
  specifier: string
  /** The imported file, for a relative specifier. */
  to: string | undefined
}

const statement =
  /(?:^|\n)\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"](?<static>[^'"\n]+)['"]|\bimport\(\s*['"](?<dynamic>[^'"\n]+)['"]/g

/** Reads what every TypeScript file under the folders imports, types included. */
export function readImports(root: string, folders: readonly string[]): ImportEdge[] {
  return folders.flatMap((folder) =>
    sourceFiles(root, folder).flatMap((from) =>
      importsOf(from, readFileSync(path.join(root, from), 'utf8')),
    ),
  )
}

/** The imports of one file's text. */
export function importsOf(from: string, text: string): ImportEdge[] {
  return [...text.matchAll(statement)].map((match) => {
    const specifier = match.groups?.['static'] ?? match.groups?.['dynamic'] ?? ''
    const to = specifier.startsWith('.')
      ? path.posix.join(path.posix.dirname(from), specifier)
      : undefined
    return { from, specifier, to }
  })
}

function sourceFiles(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !file.includes('/dist/') && !file.includes('node_modules/'))
}

/** The files of one import cycle in order, or undefined when there is none. */
export function findCycle(edges: readonly ImportEdge[]): string[] | undefined {
  const targets = new Map<string, string[]>()
  for (const { from, to } of edges) {
    if (to !== undefined) targets.set(from, [...(targets.get(from) ?? []), to])
  }
  const done = new Set<string>()
  const visit = (file: string, trail: readonly string[]): string[] | undefined => {
    const start = trail.indexOf(file)
    if (start !== -1) return [...trail.slice(start), file]
    if (done.has(file)) return undefined
    for (const next of targets.get(file) ?? []) {
      const cycle = visit(next, [...trail, file])
      if (cycle !== undefined) return cycle
    }
    done.add(file)
    return undefined
  }
  for (const file of targets.keys()) {
    const cycle = visit(file, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}
