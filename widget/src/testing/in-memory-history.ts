import type { AuditActorKind, AuditEntry, AuditReference } from '../contract/index.ts'
import type { ChangeAnswer, Handler, InMemoryTeam } from './in-memory-team.ts'

/** Operations on what was done. */
export const historyRoutes: readonly [method: string, path: RegExp, Handler][] = [
  ['GET', /^audit-entries$/, (team, { parameters }) => listEntries(team, parameters)],
  ['GET', /^audit-export$/, () => ({ body: 'time,action' })],
]

const PAGE = 25

function listEntries(team: InMemoryTeam, parameters: URLSearchParams): ChangeAnswer {
  const action = parameters.get('action') ?? ''
  const kind = parameters.get('actorKind')
  const found = historyOf(team).filter(
    (entry) => entry.action.startsWith(action) && (kind === null || entry.actor.kind === kind),
  )
  const start = Number(parameters.get('cursor') ?? 0)
  const end = start + PAGE
  return {
    body: {
      entries: found.slice(start, end),
      nextCursor: end < found.length ? String(end) : null,
    },
  }
}

type Told = [action: string, actor: AuditActorKind, before: object | null, after: object | null]

const told: readonly Told[] = [
  ['member.access_changed', 'member', { role: 'agent' }, { role: 'manager' }],
  ['member.suspended', 'directory', { state: 'active' }, { state: 'suspended' }],
  [
    'member.access_changed',
    'directory',
    { departments: ['Sales'] },
    { departments: ['Sales', 'Billing'], conversationAccess: 'all' },
  ],
  ['invitation.resent', 'member', null, null],
  ['role.changed', 'member', { name: 'Night' }, { name: 'Night shift' }],
  ['rules.changed', 'host', null, { rules: [{ role: 'agent' }] }],
  ['member.removed', 'system', { state: 'active' }, null],
]

function historyOf(team: InMemoryTeam): AuditEntry[] {
  const people = team.members()
  return Array.from({ length: 60 }, (_, index): AuditEntry => {
    const [action, kind, before, after] = told[index % told.length] as Told
    const subject = people[(index * 7) % people.length]
    const isMember = action.startsWith('member.') || action.startsWith('invitation.')
    return {
      id: `entry-${index}`,
      occurredAt: new Date(Date.now() - index * 3_600_000 * (1 + index)).toISOString(),
      action,
      actor: actorOf(kind, people[(index * 3) % people.length]?.displayName ?? null),
      subject: isMember
        ? { kind: 'member', id: subject?.id ?? null, name: subject?.displayName ?? null }
        : { kind: action.split('.')[0] ?? '', id: null, name: null },
      requestId: `request-${index}`,
      before: before as AuditEntry['before'],
      after: after as AuditEntry['after'],
      erased: index === 20,
    }
  })
}

function actorOf(kind: AuditActorKind, member: string | null): AuditReference {
  const names = { member, directory: 'Okta', host: null, system: null }
  return { kind, id: `${kind}-1`, name: names[kind] }
}
