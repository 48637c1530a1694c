import { styleText } from 'node:util'

import type { ScopeReport } from './apply-plan.ts'
import type { FieldChange, PlannedChange } from './change.ts'

const signs = { create: '+', update: '~', delete: '-' } as const
const colors = { create: 'green', update: 'yellow', delete: 'red' } as const

/** A plan's changes for people, line by line; coloured where the stream is a terminal that wants colours. */
export function renderChanges(
  reports: readonly ScopeReport[],
  stream: NodeJS.WritableStream = process.stdout,
): string[] {
  const paint = (color: 'green' | 'yellow' | 'red' | 'dim' | 'bold', text: string): string =>
    styleText(color, text, { stream })
  return reports.flatMap(({ title, changes, notes }) => [
    paint('bold', title),
    ...changes.flatMap((change) => [
      paint(colors[change.kind], `  ${signs[change.kind]} ${change.what}`),
      ...change.fields.map((field) => `      ${renderField(change, field)}`),
      ...renderEffect(change).map((line) => `      ${line}`),
    ]),
    ...notes.map((note) => paint('dim', `  ${note}`)),
  ])
}

function renderField({ kind }: PlannedChange, { name, before, after }: FieldChange): string {
  if (kind === 'create' || before === undefined) return `${name}: ${renderValue(after)}`
  if (after === undefined) return `${name}: ${renderValue(before)}, no more`
  if (isTexts(before) && isTexts(after)) return `${name}: ${renderLists(before, after)}`
  return `${name}: ${renderValue(before)} → ${renderValue(after)}`
}

/** Of two sets what comes and what goes. */
function renderLists(before: readonly string[], after: readonly string[]): string {
  const added = after.filter((value) => !before.includes(value)).map((value) => `+${value}`)
  const removed = before.filter((value) => !after.includes(value)).map((value) => `-${value}`)
  const changes = [...added, ...removed]
  return changes.length === 0 ? `in another order: ${after.join(', ')}` : changes.join(' ')
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

function renderValue(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return 'none'
  return isTexts(value) ? value.join(', ') || 'none' : JSON.stringify(value)
}

function renderEffect({ effect }: PlannedChange): string[] {
  if (effect === undefined) return []
  const { changed, gainAccess, loseAccess } = effect
  if (changed === 0) return ['changes nobody']
  return [`changes ${changed} people: ${gainAccess} gain access, ${loseAccess} lose it`]
}
