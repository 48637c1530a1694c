import type { MemberDetail, MemberSort } from '../contract/index.ts'

/** Whether a member is among those whom the parameters of a list ask for. */
export function isAskedFor(member: MemberDetail, parameters: URLSearchParams): boolean {
  const { displayName, email, userName, state, role, lastActiveAt, managedBy } = member
  const search = fold(parameters.get('search') ?? '')
  const source =
    managedBy !== null
      ? 'directory'
      : member.grants.some((grant) => grant.source.kind === 'invitation')
        ? 'invitation'
        : 'manual'
  const since = parameters.get('activeSince')
  const notSince = parameters.get('notActiveSince')
  const wanted = (name: string, values: readonly (string | undefined)[]): boolean =>
    !parameters.has(name) || values.includes(parameters.get(name) ?? '')
  return (
    [displayName, email ?? '', userName ?? ''].some((text) => fold(text).includes(search)) &&
    wanted('state', [state]) &&
    wanted('role', [role?.id ?? 'none']) &&
    wanted(
      'department',
      member.departments.map(({ id }) => id),
    ) &&
    wanted(
      'channel',
      member.channels.map(({ id }) => id),
    ) &&
    wanted('source', [source]) &&
    (since === null || (lastActiveAt !== null && lastActiveAt >= since)) &&
    (notSince === null || lastActiveAt === null || lastActiveAt < notSince)
  )
}

const states = ['active', 'invited', 'suspended']

const keys: Record<string, (member: MemberDetail, roles: readonly string[]) => string> = {
  name: ({ displayName }) => fold(displayName),
  role: ({ role }, roles) => String(role === null ? roles.length : roles.indexOf(role.id)),
  status: ({ state }) => String(states.indexOf(state)),
  lastActive: ({ lastActiveAt }) => lastActiveAt ?? '',
  created: ({ grants }) => grants[0]?.since ?? '',
}

/** The members in an order of the API; roles by id, highest first. */
export function inOrder(
  members: readonly MemberDetail[],
  sort: MemberSort,
  roles: readonly string[],
): MemberDetail[] {
  const turn = sort.startsWith('-') ? -1 : 1
  const key = keys[sort.replace('-', '')] ?? (() => '')
  return members.toSorted(
    (one, other) => turn * key(one, roles).localeCompare(key(other, roles), 'en'),
  )
}

/** A text as a search compares it: without accents and case. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
