import type {
  MappingRule,
  ScimConnection,
  ScimHealth,
  ScimToken,
  ScimTrouble,
} from '../contract/index.ts'
import { daysAgo } from './directory-data.ts'
import type {
  ChangeAnswer,
  ChangeRequest,
  Handler,
  InMemoryStore,
  InMemoryTeam,
} from './in-memory-team.ts'

/** Operations on directories, mapping rules and sign-in. */
export const directoryRoutes: readonly [method: string, path: RegExp, Handler][] = [
  [
    'GET',
    /^scim-connections$/,
    ({ store }) => ({ body: { connections: store.directory.connections } }),
  ],
  ['GET', /^scim-connections\/([^/]+)\/tokens$/, listTokens],
  ['POST', /^scim-connections\/([^/]+)\/tokens$/, makeToken],
  ['DELETE', /^scim-connections\/([^/]+)\/tokens\/([^/]+)$/, revokeToken],
  ['GET', /^scim-connections\/([^/]+)\/health$/, readHealth],
  ['POST', /^scim-connections\/([^/]+)\/pause$/, (team, { ids }) => setState(team, ids, 'paused')],
  ['POST', /^scim-connections\/([^/]+)\/resume$/, (team, { ids }) => setState(team, ids, 'active')],
  ['GET', /^sso-connections$/, ({ store }) => ({ body: { connections: store.directory.signIns } })],
  ['GET', /^mapping-rules$/, ({ store }) => ({ body: rulesOf(store) })],
  ['POST', /^mapping-rules\/preview$/, previewRules],
  ['PUT', /^mapping-rules$/, saveRules],
  ['GET', /^sign-in-policy$/, ({ store }) => ({ body: store.directory.policy, version: 'v1' })],
  ['PUT', /^sign-in-policy$/, savePolicy],
]

function listTokens({ store }: InMemoryTeam): ChangeAnswer {
  return { body: { tokens: store.directory.tokens } }
}

function makeToken({ store }: InMemoryTeam): ChangeAnswer {
  const { tokens } = store.directory
  if (tokens.filter(({ revokedAt }) => revokedAt === null).length === 2) {
    return { refusal: 'conflict', problem: { reason: 'too-many-active-tokens' } }
  }
  const token: ScimToken = {
    id: `token-${tokens.length + 1}`,
    createdAt: daysAgo(0),
    expiresAt: daysAgo(-365),
    revokedAt: null,
    lastUsedAt: null,
  }
  tokens.push(token)
  return { body: { id: token.id, token: 'plt_scim_shown-once', expiresAt: token.expiresAt } }
}

function revokeToken(
  { store }: InMemoryTeam,
  { ids: [, id] }: ChangeRequest & { ids: string[] },
): ChangeAnswer {
  const token = store.directory.tokens.find((one) => one.id === id)
  if (token === undefined) return { refusal: 'not-found' }
  token.revokedAt = daysAgo(0)
  return {}
}

function readHealth({ members }: InMemoryTeam): ChangeAnswer {
  const troubles = members()
    .slice(3, 5)
    .map(({ id, displayName }, index): ScimTrouble => {
      const code = index === 0 ? 'email-taken' : 'unknown-role'
      const person = { directoryUserId: `user-${id}`, displayName, memberId: id }
      const request = { method: 'PATCH', path: `/Users/${id}`, subjects: [] }
      return { ...request, code, person, group: null, times: 2, lastAt: daysAgo(index + 0.1) }
    })
  const health: ScimHealth = { lastRequestAt: daysAgo(0.1), troubles }
  return { body: health }
}

function setState(
  { store }: InMemoryTeam,
  [wanted]: readonly string[],
  state: ScimConnection['state'],
): ChangeAnswer {
  const connection = store.directory.connections.find(({ id }) => id === wanted)
  if (connection === undefined) return { refusal: 'not-found' }
  connection.state = state
  return { body: connection }
}

function differenceOf(body: unknown): {
  hash: string
  changed: number
  gainAccess: number
  loseAccess: number
} {
  const { rules } = body as { rules: MappingRule[] }
  const changed = rules.length * 4
  return { hash: JSON.stringify(rules), changed, gainAccess: 0, loseAccess: 0 }
}

function rulesOf({ directory }: InMemoryStore): { rules: MappingRule[]; version: string } {
  return { rules: directory.rules, version: JSON.stringify(directory.rules) }
}

/** Whoever says which rules theirs were made of is refused where there are others by now. */
function areOutdated(store: InMemoryStore, body: unknown): boolean {
  const { version } = body as { version?: string }
  return version !== undefined && version !== rulesOf(store).version
}

const outdated: ChangeAnswer = {
  refusal: 'precondition-failed',
  problem: { reason: 'version-mismatch' },
}

function previewRules({ store }: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  return areOutdated(store, body) ? outdated : { body: differenceOf(body) }
}

function saveRules({ store }: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  if (areOutdated(store, body)) return outdated
  const { connectionId, rules, previewHash } = body as {
    connectionId: string
    rules: MappingRule[]
    previewHash: string
  }
  if (differenceOf(body).hash !== previewHash) {
    return { refusal: 'conflict', problem: { reason: 'difference-changed' } }
  }
  // The answers of a pattern name what they capture, as on the server.
  const saved = rules.map((rule, index) => {
    const id = rule.id ?? `rule-new-${index}`
    const captures = 'pattern' in rule.when ? rule.when.pattern.match(/(?<=\(\?<)\w+/g) : null
    return { ...rule, id, connectionId, named: rule.named ?? captures ?? [] }
  })
  const others = store.directory.rules.filter((rule) => rule.connectionId !== connectionId)
  store.directory.rules = [...others, ...saved]
  return { body: { ...rulesOf(store), jobId: null } }
}

function savePolicy({ store }: InMemoryTeam, { body, version }: ChangeRequest): ChangeAnswer {
  if (version !== 'v1') return { refusal: 'precondition-failed' }
  Object.assign(store.directory.policy, body)
  return { body: store.directory.policy, version: 'v1' }
}
