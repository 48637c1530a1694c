import type { Department, JobResult, MemberImport, Role } from '../contract/index.ts'
import type { ChangeAnswer, ChangeRequest, Handler, InMemoryTeam } from './in-memory-team.ts'

/** Operations on departments, roles and tables of people. */
export const settingsRoutes: readonly [method: string, path: RegExp, Handler][] = [
  ['POST', /^departments$/, createDepartment],
  ['PATCH', /^departments\/([^/]+)$/, editDepartment],
  ['GET', /^departments\/([^/]+)\/deletion-preview$/, previewDepartment],
  ['DELETE', /^departments\/([^/]+)$/, deleteDepartment],
  ['POST', /^roles$/, createRole],
  ['POST', /^roles\/([^/]+)\/preview$/, previewRole],
  ['PATCH', /^roles\/([^/]+)$/, editRole],
  ['GET', /^roles\/([^/]+)\/deletion-preview$/, previewRoleDeletion],
  ['DELETE', /^roles\/([^/]+)$/, deleteRole],
  ['POST', /^member-imports$/, createImport],
  ['GET', /^member-imports\/([^/]+)$/, readImport],
  ['POST', /^member-imports\/([^/]+)\/start$/, startImport],
]

const nextVersion = (version: string): string => `v${Number(version.slice(1)) + 1}`

function createDepartment(team: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const draft = body as { name: string; isDefault?: boolean; channelIds?: string[] }
  const { departments } = team.store
  if (departments.some(({ name }) => name === draft.name)) {
    return { refusal: 'conflict', problem: { reason: 'name-taken' } }
  }
  const created: Department = {
    id: `department-${departments.length + 1}`,
    name: draft.name,
    isDefault: false,
    lead: null,
    channels: [],
    memberCount: 0,
    version: 'v1',
  }
  departments.push(created)
  return { body: created }
}

function editDepartment(
  team: InMemoryTeam,
  { ids: [id], body, version }: ChangeRequest & { ids: string[] },
): ChangeAnswer {
  const department = team.store.departments.find((one) => one.id === id)
  if (department === undefined) return { refusal: 'not-found' }
  if (department.version !== version) return { refusal: 'precondition-failed' }
  const edit = body as { name?: string; leadMemberId?: string | null; isDefault?: boolean }
  const lead = team.members().find((one) => one.id === edit.leadMemberId)
  Object.assign(department, {
    name: edit.name ?? department.name,
    isDefault: edit.isDefault ?? department.isDefault,
    lead: lead === undefined ? department.lead : { id: lead.id, displayName: lead.displayName },
    version: nextVersion(department.version),
  })
  return { body: department }
}

function previewDepartment(
  team: InMemoryTeam,
  { ids: [id], parameters }: ChangeRequest & { ids: string[] },
): ChangeAnswer {
  const department = team.store.departments.find((one) => one.id === id)
  const changed = department?.memberCount ?? 0
  const hash = `${id} ${changed} ${parameters.get('moveTo') ?? ''}`
  return { body: { hash, changed, gainAccess: 0, loseAccess: 0, members: [], unknownNames: [] } }
}

function deleteDepartment(
  team: InMemoryTeam,
  request: ChangeRequest & { ids: string[] },
): ChangeAnswer {
  const preview = previewDepartment(team, request)
  const { hash } = ('body' in preview ? preview.body : {}) as { hash?: string }
  if (request.parameters.get('previewHash') !== hash) {
    return { refusal: 'conflict', problem: { reason: 'difference-changed' } }
  }
  const { departments } = team.store
  const index = departments.findIndex(({ id }) => id === request.ids[0])
  if (index === -1) return { refusal: 'not-found' }
  departments.splice(index, 1)
  return {}
}

function createRole(team: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const draft = body as Pick<
    Role,
    'key' | 'name' | 'permissions' | 'grantable' | 'conversationAccess'
  >
  const created: Role = {
    ...draft,
    id: draft.key,
    isPreset: false,
    memberCount: 0,
    version: 'v1',
  }
  team.store.roles.push(created)
  return { body: created }
}

function previewRole(
  team: InMemoryTeam,
  { ids: [id], body }: ChangeRequest & { ids: string[] },
): ChangeAnswer {
  const role = team.store.roles.find((one) => one.id === id)
  const wanted = (body as Partial<Role>).permissions ?? role?.permissions ?? []
  const gained = wanted.filter((one) => role?.permissions.includes(one) !== true)
  const lost = (role?.permissions ?? []).filter((one) => !wanted.includes(one))
  return {
    body: {
      hash: [...gained, ...lost].join(),
      changed: role?.memberCount ?? 0,
      gainAccess: 0,
      loseAccess: 0,
      permissions: { gained, lost },
    },
  }
}

function editRole(
  team: InMemoryTeam,
  { ids: [id], body }: ChangeRequest & { ids: string[] },
): ChangeAnswer {
  const role = team.store.roles.find((one) => one.id === id)
  if (role === undefined) return { refusal: 'not-found' }
  Object.assign(role, body, { version: nextVersion(role.version) })
  return { body: role }
}

function previewRoleDeletion(
  team: InMemoryTeam,
  { ids: [id] }: ChangeRequest & { ids: string[] },
): ChangeAnswer {
  const role = team.store.roles.find((one) => one.id === id)
  return {
    body: { hash: 'gone', changed: role?.memberCount ?? 0, gainAccess: 0, loseAccess: 0 },
  }
}

function deleteRole(
  team: InMemoryTeam,
  { ids: [id] }: ChangeRequest & { ids: string[] },
): ChangeAnswer {
  const index = team.store.roles.findIndex((one) => one.id === id)
  if (index === -1) return { refusal: 'not-found' }
  team.store.roles.splice(index, 1)
  return {}
}

const imports = new WeakMap<object, MemberImport>()

function createImport(team: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const rows = String(body).trim().split('\n').slice(1)
  const results = rows.map((row, index): JobResult => {
    const isFine = row.includes('@')
    return {
      number: index + 1,
      memberId: null,
      outcome: isFine ? 'created' : 'refused',
      code: isFine ? null : 'email-invalid',
      detail: null,
      subject: null,
    }
  })
  const failed = results.filter(({ outcome }) => outcome === 'refused').length
  const now = new Date().toISOString()
  const check: MemberImport['check'] = {
    id: 'check',
    kind: 'members.import-check',
    state: 'done',
    total: rows.length,
    done: rows.length,
    failed,
    errorCode: null,
    createdAt: now,
    startedAt: now,
    finishedAt: now,
  }
  team.store.jobs.set(check.id, { job: check, results })
  const outcomes = { created: rows.length - failed, changed: 0, unchanged: 0, refused: failed }
  const created: MemberImport = {
    id: 'import',
    way: 'invite',
    hash: 'shown',
    check,
    outcomes,
    job: null,
    createdAt: now,
  }
  imports.set(team.store, created)
  return { body: { import: created, ignoredColumns: ['Favourite colour'] } }
}

function readImport(team: InMemoryTeam): ChangeAnswer {
  const found = imports.get(team.store)
  return found === undefined ? { refusal: 'not-found' } : { body: found }
}

function startImport(team: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const found = imports.get(team.store)
  if (found === undefined || (body as { hash: string }).hash !== found.hash) {
    return { refusal: 'conflict', problem: { reason: 'import-changed' } }
  }
  const state = team.store.importEnds
  const job = { ...found.check, id: 'import-job', kind: 'members.import', state }
  team.store.jobs.set(job.id, { job, results: [] })
  const started = { ...found, job }
  imports.set(team.store, started)
  return { body: started }
}
