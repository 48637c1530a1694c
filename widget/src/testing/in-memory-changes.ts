import type {
  BulkActionRequest,
  Department,
  EditableMember,
  FieldControl,
  Job,
  JobResult,
  MemberCounts,
  MemberDetail,
  MemberEdit,
  NamedReference,
  Problem,
  ProfileField,
  Role,
} from '../contract/index.ts'
import { accountRoutes } from './in-memory-account.ts'
import { directoryRoutes } from './in-memory-directory.ts'
import { historyRoutes } from './in-memory-history.ts'
import { settingsRoutes } from './in-memory-settings.ts'
import type { ChangeAnswer, ChangeRequest, Handler, InMemoryTeam } from './in-memory-team.ts'

const profileFields: readonly ProfileField[] = [
  'givenName',
  'familyName',
  'displayName',
  'signatureName',
  'phone',
  'jobTitle',
  'language',
  'timeZone',
  'avatarUrl',
]

/** The operations of the Team API that the widget uses beside the list; nothing else is found. */
const routes: readonly [method: string, path: RegExp, Handler][] = [
  ['GET', /^members\/([^/]+)$/, readMember],
  ['PATCH', /^members\/([^/]+)$/, editMember],
  ['POST', /^members\/([^/]+)\/revoke$/, (team, { ids: [id = ''] }) => remove(team, id)],
  ['GET', /^members\/([^/]+)\/workload$/, () => ({ body: { openConversations: 12 } })],
  [
    'POST',
    /^members\/([^/]+)\/suspend$/,
    (team, { ids: [id = ''] }) => setState(team, id, 'suspended'),
  ],
  [
    'POST',
    /^members\/([^/]+)\/reactivate$/,
    (team, { ids: [id = ''] }) => setState(team, id, 'active'),
  ],
  ['POST', /^members\/([^/]+)\/sign-out$/, () => ({})],
  ['PUT', /^members\/([^/]+)\/password$/, setPassword],
  ['POST', /^presence$/, () => ({ body: { nextSeconds: 15 } })],
  ['GET', /^invitations$/, listInvitations],
  ['POST', /^invitations$/, invite],
  ['POST', /^members$/, createMember],
  [
    'POST',
    /^members\/([^/]+)\/invitation\/resend$/,
    ({ store }, { ids: [id = ''] }) => {
      store.expired = store.expired.filter(({ memberId }) => memberId !== id)
      return { body: { expiresAt: soon() } }
    },
  ],
  [
    'POST',
    /^members\/([^/]+)\/invitation\/link$/,
    (_team, { ids: [id = ''] }) => ({
      body: { url: `https://plantel.example/invitation/${id}`, expiresAt: soon() },
    }),
  ],
  ['DELETE', /^members\/([^/]+)\/invitation$/, (team, { ids: [id = ''] }) => remove(team, id)],
  ['GET', /^roles$/, (team) => ({ body: { roles: rolesOf(team), permissions: everyPermission } })],
  ['GET', /^member-counts$/, countMembers],
  ['POST', /^selections$/, select],
  ['POST', /^bulk-actions\/preview$/, previewBulk],
  ['POST', /^bulk-actions$/, startBulk],
  ['GET', /^jobs\/([^/]+)$/, (team, { ids: [id = ''] }) => found(team.store.jobs.get(id)?.job)],
  [
    'GET',
    /^jobs\/([^/]+)\/results$/,
    (team, { ids: [id = ''], parameters }) => ({
      body: {
        results: team.store.jobs
          .get(id)
          ?.results.filter(
            ({ outcome }) => parameters.get('refused') === null || outcome === 'refused',
          ),
        nextAfter: null,
      },
    }),
  ],
  ['GET', /^departments$/, (team) => ({ body: { departments: departmentsOf(team) } })],
]

/** Answers as the server would, and changes the team. */
export function answerChange(team: InMemoryTeam, request: ChangeRequest): ChangeAnswer {
  for (const [method, path, handle] of [
    ...routes,
    ...settingsRoutes,
    ...historyRoutes,
    ...accountRoutes,
    ...directoryRoutes,
  ]) {
    const match = path.exec(request.path)
    if (match === null || method !== request.method) continue
    return handle(team, { ...request, ids: match.slice(1).map(decodeURIComponent) })
  }
  return { refusal: 'not-found' }
}

function found(body: unknown): ChangeAnswer {
  return body === undefined ? { refusal: 'not-found' } : { body }
}

function soon(): string {
  return new Date(Date.now() + 7 * 86_400_000).toISOString()
}

function versionOf({ store }: InMemoryTeam, id: string): string {
  return `v${store.versions.get(id) ?? 1}`
}

/** A member as an edit needs them; what a directory decides about is locked. */
function editable(team: InMemoryTeam, member: MemberDetail): EditableMember {
  const { store } = team
  const may = new Set<string>(member.can.actions)
  const control = (action: string): FieldControl =>
    may.has(action)
      ? { editable: true, managedBy: null, reason: null }
      : member.managedBy !== null && action === 'change-role'
        ? { editable: false, managedBy: 'directory', reason: 'managed-by-directory' }
        : { editable: false, managedBy: null, reason: member.isYou ? 'own-access' : 'outranked' }
  const [given, ...family] = member.displayName.split(' ')
  return {
    ...member,
    presence: null,
    profile: {
      ...(Object.fromEntries(profileFields.map((field) => [field, null])) as Record<
        ProfileField,
        string | null
      >),
      displayName: member.displayName,
      givenName: given ?? null,
      familyName: family.join(' '),
      ...store.profiles.get(member.id),
    },
    fields: {
      ...(Object.fromEntries(
        profileFields.map((field) => [field, control('edit-profile')]),
      ) as Record<ProfileField, FieldControl>),
      role: control('change-role'),
      departments: control('change-departments'),
      channels: control('change-channels'),
      supervisor: control('change-supervisor'),
    },
    version: versionOf(team, member.id),
  }
}

function readMember(team: InMemoryTeam, { ids: [id] }: { ids: string[] }): ChangeAnswer {
  const member = team.members().find((one) => one.id === id)
  return member === undefined ? { refusal: 'not-found' } : { body: editable(team, member) }
}

function replace(team: InMemoryTeam, member: MemberDetail): ChangeAnswer {
  const { id } = member
  team.store.versions.set(id, (team.store.versions.get(id) ?? 1) + 1)
  team.put(team.members().map((one) => (one.id === id ? member : one)))
  return { body: editable(team, member), changed: [id] }
}

function editMember(
  team: InMemoryTeam,
  { ids: [id = ''], body, version }: ChangeRequest & { ids: string[] },
): ChangeAnswer {
  const member = team.members().find((one) => one.id === id)
  if (member === undefined) return { refusal: 'not-found' }
  if (version !== versionOf(team, id)) {
    return { refusal: 'precondition-failed', problem: { reason: 'version-mismatch' } }
  }
  const { profile, role, departments, channels, supervisor } = body as MemberEdit
  if (profile !== undefined) {
    team.store.profiles.set(id, { ...team.store.profiles.get(id), ...profile })
  }
  const now = new Date().toISOString()
  return replace(team, {
    ...member,
    displayName: profile?.displayName ?? member.displayName,
    role: team.workspace.roles.find(({ key }) => key === role) ?? member.role,
    departments: pick(team.workspace.departments, departments, member.departments),
    channels: pick(team.workspace.channels, channels, member.channels),
    grants:
      supervisor === undefined
        ? member.grants
        : [
            ...member.grants.filter(({ kind }) => kind !== 'supervisor'),
            ...(supervisor
              ? [
                  {
                    kind: 'supervisor' as const,
                    value: null,
                    source: { kind: 'local' as const },
                    effective: true,
                    since: now,
                  },
                ]
              : []),
          ],
  })
}

function pick(
  all: readonly NamedReference[],
  wanted: readonly string[] | undefined,
  now: NamedReference[],
): NamedReference[] {
  return wanted === undefined ? now : all.filter((one) => wanted.includes(one.id))
}

function setState(team: InMemoryTeam, id: string, state: 'active' | 'suspended'): ChangeAnswer {
  const member = team.members().find((one) => one.id === id)
  if (member === undefined) return { refusal: 'not-found' }
  const [gone, come] =
    state === 'suspended'
      ? (['suspend', 'reactivate'] as const)
      : (['reactivate', 'suspend'] as const)
  const actions = [...member.can.actions.filter((action) => action !== gone), come]
  return replace(team, { ...member, state, can: { actions } })
}

function remove(team: InMemoryTeam, id: string): ChangeAnswer {
  const members = team.members()
  const left = members.filter((one) => one.id !== id)
  if (left.length === members.length) return { refusal: 'not-found' }
  team.put(left)
  return { changed: [id] }
}

function setPassword(_team: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const { password } = body as { password: string }
  return password.length < 10
    ? { refusal: 'invalid-request', problem: { reason: 'password-too-short' } }
    : {}
}

function listInvitations(team: InMemoryTeam, { parameters }: ChangeRequest): ChangeAnswer {
  if (parameters.get('state') === 'expired') {
    return { body: { invitations: team.store.expired, nextCursor: null } }
  }
  const member = team.members().find(({ id }) => id === parameters.get('member'))
  const isInvited = member?.state === 'invited'
  const invitation = {
    id: 'invitation',
    memberId: member?.id,
    displayName: member?.displayName,
    email: member?.email,
    state: 'open',
    expiresAt: soon(),
    delivery: { state: 'sent', error: null },
    can: { actions: ['resend', 'reveal-link', 'cancel'] },
  }
  return { body: { invitations: isInvited ? [invitation] : [], nextCursor: null } }
}

interface Draft {
  email: string
  displayName?: string
  role?: string
}

function invite(team: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const { people } = body as { people: Draft[] }
  const known = new Set(team.members().map(({ email }) => email?.toLowerCase()))
  const invited: { email: string; memberId: string; cameBack: boolean }[] = []
  const refused: NonNullable<Problem['refused']>[number][] = []
  const { limit, used } = team.workspace.seats
  for (const person of people) {
    const isFull = limit !== null && used + invited.length >= limit
    const reason = known.has(person.email.toLowerCase())
      ? 'already-member'
      : isFull
        ? 'seats-exceeded'
        : undefined
    if (reason === undefined) {
      const memberId = `new-${person.email}`
      invited.push({ email: person.email, memberId, cameBack: false })
      team.put([newcomer(team, memberId, person, 'invited'), ...team.members()])
    } else refused.push({ email: person.email, line: null, reason, subject: null, detail: reason })
  }
  const [only] = refused
  if (invited.length === 0 && only !== undefined) {
    return refused.length === 1
      ? { refusal: 'conflict', problem: { reason: only.reason } }
      : { refusal: 'conflict', problem: { reason: 'nobody-invited', refused } }
  }
  return { body: { invited, refused }, changed: invited.map(({ memberId }) => memberId) }
}

function createMember(team: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const person = body as Draft & { password: string }
  if (person.password.length < 10) {
    return { refusal: 'invalid-request', problem: { reason: 'password-too-short' } }
  }
  const memberId = `new-${person.email}`
  team.put([newcomer(team, memberId, person, 'active'), ...team.members()])
  return { body: { memberId }, changed: [memberId] }
}

function newcomer(
  team: InMemoryTeam,
  id: string,
  { email, displayName, role }: Draft,
  state: 'invited' | 'active',
): MemberDetail {
  return {
    id,
    displayName: displayName ?? email,
    email,
    userName: null,
    avatarUrl: null,
    state,
    role: team.workspace.roles.find(({ key }) => key === role) ?? null,
    noRoleReason: null,
    departments: [],
    channels: [],
    conversationAccess: 'own',
    managedBy: null,
    presence: null,
    lastActiveAt: null,
    isYou: false,
    isOwner: false,
    can: { actions: ['view', 'edit-profile', 'change-role', 'remove'] },
    grants: [],
  }
}

const everyPermission = [
  'contacts:add',
  'conversations:all',
  'conversations:create',
  'conversations:departments',
  'conversations:own',
  'departments:manage',
  'labels:create',
  'members:manage',
  'reports:view',
  'roles:manage',
]

function rolesOf({ workspace, store, members }: InMemoryTeam): Role[] {
  if (store.roles.length > 0) return store.roles
  store.roles = workspace.roles.map((role, index) => ({
    id: role.id,
    key: role.key,
    name: role.name,
    isPreset: role.builtIn,
    permissions: everyPermission.slice(0, everyPermission.length - index * 2),
    grantable: workspace.roles.slice(index + 1).map(({ key }) => key),
    conversationAccess: index < 3 ? 'all' : 'departments',
    memberCount: members().filter((member) => member.role?.id === role.id).length,
    version: 'v1',
  }))
  return store.roles
}

function departmentsOf({ workspace, store, members }: InMemoryTeam): Department[] {
  if (store.departments.length > 0) return store.departments
  store.departments = workspace.departments.map(({ id, name }, index) => ({
    id,
    name,
    isDefault: index === 0,
    lead: null,
    channels: [],
    memberCount: members().filter((member) => member.departments.some((one) => one.id === id))
      .length,
    version: 'v1',
  }))
  return store.departments
}

function countMembers(team: InMemoryTeam): ChangeAnswer {
  const departments: Record<string, number> = {}
  for (const { id, memberCount } of departmentsOf(team)) departments[id] = memberCount
  const members = team.members()
  const channels: Record<string, number> = {}
  for (const { id } of members.flatMap((one) => one.channels))
    channels[id] = (channels[id] ?? 0) + 1
  const inState = (state: string): number => members.filter((one) => one.state === state).length
  const counts: MemberCounts = {
    total: members.length,
    states: {
      invited: inState('invited'),
      active: inState('active'),
      suspended: inState('suspended'),
    },
    noAccess: members.filter(({ role }) => role === null).length,
    roles: {},
    departments,
    channels,
  }
  return { body: counts }
}

function select(team: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const request = body as { ids?: string[]; except?: string[] }
  const ids =
    request.ids ??
    team
      .members()
      .map(({ id }) => id)
      .filter((id) => !(request.except ?? []).includes(id))
  const id = `selection-${team.store.selections.size + 1}`
  team.store.selections.set(id, ids)
  return { body: { id, count: ids.length, keptUntil: soon() } }
}

function previewBulk(team: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const { selection, action } = body as BulkActionRequest
  const ids = team.store.selections.get(selection) ?? []
  const role = action.kind === 'set-role' ? action.role : undefined
  const alike = new Set(
    team
      .members()
      .filter((one) => role !== undefined && one.role?.key === role)
      .map(({ id }) => id),
  )
  const refused: Record<string, number> = {}
  let [changed, unchanged] = [0, 0]
  for (const id of ids) {
    const reason = team.store.refusedInBulk.get(id)
    if (reason !== undefined) refused[reason] = (refused[reason] ?? 0) + 1
    else if (alike.has(id)) unchanged += 1
    else changed += 1
  }
  return { body: { total: ids.length, changed, unchanged, refused } }
}

function startBulk(team: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const { selection, action } = body as BulkActionRequest
  const ids = team.store.selections.get(selection) ?? []
  const results = ids.map((memberId, index): JobResult => {
    const code = team.store.refusedInBulk.get(memberId) ?? null
    const outcome = code === null ? 'changed' : 'refused'
    return { number: index + 1, memberId, outcome, code, detail: code, subject: null }
  })
  const changed = results
    .filter(({ outcome }) => outcome === 'changed')
    .map(({ memberId }) => memberId)
  const isConcerned = (id: string): boolean => changed.includes(id)
  if (action.kind === 'remove') team.put(team.members().filter(({ id }) => !isConcerned(id)))
  else if (action.kind === 'set-role') {
    const role = team.workspace.roles.find(({ key }) => key === action.role) ?? null
    team.put(team.members().map((one) => (isConcerned(one.id) ? { ...one, role } : one)))
  } else if (action.kind === 'suspend') {
    team.put(
      team.members().map((one) => (isConcerned(one.id) ? { ...one, state: 'suspended' } : one)),
    )
  }
  const now = new Date().toISOString()
  const job: Job = {
    id: `job-${team.store.jobs.size + 1}`,
    kind: `members.${action.kind}`,
    state: 'done',
    total: ids.length,
    done: ids.length,
    failed: results.length - changed.length,
    errorCode: null,
    createdAt: now,
    startedAt: now,
    finishedAt: now,
  }
  team.store.jobs.set(job.id, { job, results })
  return { body: job, changed: changed.filter((id) => id !== null) }
}
