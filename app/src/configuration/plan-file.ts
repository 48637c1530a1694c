import { isMap, LineCounter, type Document, parseDocument } from 'yaml'
import type { z } from 'zod'

import { nearestName } from '../nearest-name.ts'
import { planShape } from './plan-shape.ts'
import type { Plan } from './plan.ts'
import { keysAt } from './schema-keys.ts'

/** A path in the file: names of keys and places in lists. */
export type PlanPath = readonly PropertyKey[]

/** A plan that can't be used; each problem is one line that begins with file, line and column. */
export class PlanError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options)
    this.name = 'PlanError'
    this.problems = problems
  }
}

/** A parsed plan that still knows where everything stands. */
export interface PlanFile {
  plan: Plan
  /** `plan.yaml:12:5`, of what is there or of the nearest thing around it. */
  locate: (path: PlanPath) => string
}

/** Reads a plan; throws a `PlanError` with everything that is wrong at once. */
export function parsePlan(
  text: string,
  fileName: string,
  allowPrivateNetwork: readonly string[],
): PlanFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${fileName}:${Math.max(line, 1)}:${Math.max(col, 1)}`
  }
  const broken = [...document.errors, ...document.warnings]
  if (broken.length > 0) {
    throw new PlanError(broken.map(({ pos, message }) => `${place(pos[0])}: ${message}`))
  }
  const shape = planShape(allowPrivateNetwork)
  const result = shape.safeParse(document.toJS())
  const locate: PlanFile['locate'] = (path) => place(offsetOf(document, path))
  if (result.success) return { plan: result.data, locate }
  const mistakes = result.error.issues.flatMap((issue) => explain(issue, [], { document, shape }))
  throw new PlanError(
    mistakes
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ offset, sentence }) => `${place(offset)}: ${sentence}`),
  )
}

interface Source {
  document: Document.Parsed
  shape: z.ZodType
}

interface Mistake {
  offset: number
  sentence: string
}

function explain(issue: z.core.$ZodIssue, above: PlanPath, source: Source): Mistake[] {
  const { document, shape } = source
  const path = [...above, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const known = keysAt(shape, path)
      const hint = known.length === 0 ? '' : `; did you mean "${nearestName(key, known)}"?`
      const offset = offsetOfKey(document, path, key)
      return { offset, sentence: `"${key}" is not known here${hint}` }
    })
  }
  if (issue.code === 'invalid_union') {
    const closest = closestOption(issue.errors)
    if (closest !== undefined) return closest.flatMap((inner) => explain(inner, path, source))
  }
  const name = path.findLast((part) => typeof part === 'string')
  const subject = name === undefined ? '' : `${name}: `
  return [{ offset: offsetOf(document, path), sentence: `${subject}${issue.message}` }]
}

type Issues = readonly z.core.$ZodIssue[]

/** Of several shapes the one that was probably meant: where the mistake lies deepest, and else where there are fewest. */
function closestOption(options: readonly Issues[]): Issues | undefined {
  return options
    .filter((issues) => issues.length > 0)
    .toSorted(
      (a, b) =>
        Number(isOfOtherKind(a)) - Number(isOfOtherKind(b)) ||
        depthOf(b) - depthOf(a) ||
        a.length - b.length,
    )[0]
}

function isOfOtherKind(issues: Issues): boolean {
  return issues.some(({ path }) => path[0] === 'kind' || path[0] === 'operator')
}

function depthOf(issues: Issues): number {
  return Math.max(
    ...issues.map(({ path, code }) => (code === 'unrecognized_keys' ? 1 : path.length)),
  )
}

function offsetOf(document: Document.Parsed, path: PlanPath): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null
    if (Array.isArray(range)) return Number(range[0])
  }
  return document.contents?.range[0] ?? 0
}

function offsetOfKey(document: Document.Parsed, path: PlanPath, key: string): number {
  const map: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
  if (isMap(map)) {
    for (const pair of map.items) {
      const node: unknown = pair.key
      const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null
      if (String(node) === key && Array.isArray(range)) return Number(range[0])
    }
  }
  return offsetOf(document, path)
}
