import type {
  MemberDetail,
  MemberPage,
  MemberSort,
  Presence,
  Problem,
  ProblemCode,
  StreamMessage,
  StreamRequest,
  TeamLabels,
  TeamWorkspace,
} from '../contract/index.ts'
import { answerChange } from './in-memory-changes.ts'
import { inOrder, isAskedFor } from './in-memory-list.ts'
import { createStore, type InMemoryStore, type InMemoryTeam } from './in-memory-team.ts'
import { channels, departments, roles } from './people.ts'

/** A list of members that may be too long to be kept: read by position. */
export interface MemberSource {
  readonly length: number
  at: (index: number) => MemberDetail | undefined
}

const statuses: Record<ProblemCode, number> = {
  'invalid-request': 400,
  unauthenticated: 401,
  'token-expired': 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  'precondition-failed': 412,
  'precondition-required': 428,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  conflict: 409,
  'rate-limited': 429,
  internal: 500,
  unavailable: 503,
}

/** The Team API over an array, without a network: for tests and for a host's own examples. */
export class InMemoryTeamApi {
  #members: MemberSource
  #streams = new Map<
    ReadableStreamDefaultController<Uint8Array>,
    { position: number; visible: readonly string[] }
  >()
  /** Of those who were listed: only a stream tells it, of the members that it was opened for. */
  #presence = new Map<string, Presence>()
  #history: string[] = []
  #requests = 0
  /** Tokens that are accepted; every other is refused. */
  readonly tokens = new Set(['valid-token'])
  /** The token that the browser holds for requests that take cookies along. */
  cookie: string | undefined
  /** What was asked: method, path with query. */
  readonly log: string[] = []
  /** The queries that nobody waited for until the end. */
  readonly aborted: string[] = []
  /** The next answers to paths that start so are refused. */
  readonly refusals: { path: string; code: ProblemCode; reason?: string }[] = []
  /** The writes, refused ones too, with what came along. */
  readonly sent: { path: string; body: unknown; headers: Record<string, string> }[] = []
  /** Departments, roles, invitations and jobs. */
  readonly store: InMemoryStore = createStore()
  /** Whose presence the last stream that was opened tells. */
  watched: readonly string[] = []
  /** While true nothing is reachable, as with a broken line. */
  isOffline = false
  /** Milliseconds until an answer starts. */
  latencyMs = 0
  workspace: TeamWorkspace = {
    id: 'cafe-altura',
    name: 'Café Altura',
    locale: 'es',
    apiVersion: '1.0',
    viewer: { memberId: 'member-2', displayName: 'Beatriz Carvalho Nunes', role: null },
    seats: { used: 57, limit: 80 },
    roles,
    departments,
    channels,
    screen: {
      labels: {
        en: screenLabels('Team', 'Add member', 'Invite', 'Role'),
        es: screenLabels('Equipo', 'Agregar miembro', 'Invitar', 'Rol'),
        'pt-BR': screenLabels('Equipe', 'Adicionar membro', 'Convidar', 'Função'),
      },
      inviteFields: ['email', 'role', 'departments', 'channels', 'supervisor'],
      passwords: 'person',
    },
    can: {
      actions: [
        'invite',
        'import',
        'export',
        'bulk',
        'give-supervisor',
        'manage-departments',
        'manage-roles',
        'manage-rules',
        'transfer-ownership',
      ],
      grantableRoles: roles.slice(1).map(({ key }) => key),
    },
  }

  constructor(members: MemberSource) {
    this.#members = members
  }

  /** Replaces the list and tells who is concerned. */
  change(members: MemberSource, memberIds: string[]): void {
    this.#members = members
    this.send({ type: 'members.changed', memberIds })
  }

  /** Sends a live message to everybody who listens, and to those who come back for it. */
  send(message: StreamMessage): void {
    if (message.type === 'presence.changed') {
      this.#presence.set(message.memberId, message.presence)
      for (const [stream, { visible }] of this.#streams) {
        if (visible.includes(message.memberId)) stream.enqueue(encode(line(message)))
      }
      return
    }
    this.#history.push(JSON.stringify(message))
    for (const stream of this.#streams.keys()) this.#deliver(stream)
  }

  /** Breaks every open stream, as a restarted server does. */
  cutStreams(): void {
    for (const stream of this.#streams.keys()) stream.error(new TypeError('network error'))
    this.#streams.clear()
  }

  /** Answers a request as the server would; rejects as `fetch` does when there is no line. */
  async handle(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url)
    const path = pathname.replace(/^.*\/team\/v1\//, '')
    this.#requests += 1
    this.log.push(`${request.method} ${path}${search}`)
    if (this.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.latencyMs))
    if (request.signal.aborted) this.aborted.push(search)
    request.signal.throwIfAborted()
    if (this.isOffline) throw new TypeError('Failed to fetch')
    const { headers, credentials } = request
    const isOurs = credentials === 'include' && headers.get('x-plantel-request') === '1'
    const token = headers.get('authorization')?.replace('Bearer ', '') ?? (isOurs && this.cookie)
    const member = headers.get('x-plantel-member') ?? this.workspace.viewer.memberId
    const isOther = member !== this.workspace.viewer.memberId
    if (!token || !this.tokens.has(token) || isOther) return this.#refuse('token-expired')
    if (request.method !== 'GET' && !/^(?:event-stream|presence)$/.test(path))
      await this.#keep(request, path)
    const refusal = this.refusals.findIndex((refusal) => path.startsWith(refusal.path))
    if (refusal !== -1) {
      const [{ code, ...more } = { code: 'internal' as const }] = this.refusals.splice(refusal, 1)
      return this.#refuse(code, { reason: 'reason' in more ? more.reason : undefined } as object)
    }
    const isChange = request.method !== 'GET' || !/^(?:workspace|members|member-export)$/.test(path)
    if (isChange && path !== 'event-stream') return this.#change(request, path, search)
    if (path === 'workspace') return this.#answer(this.workspace)
    if (path === 'members') return this.#listMembers(new URLSearchParams(search))
    if (path === 'member-export') return this.#exportMembers(new URLSearchParams(search))
    if (path === 'event-stream') return this.#openStream((await request.json()) as StreamRequest)
    return this.#refuse('not-found')
  }

  async #keep(request: Request, path: string): Promise<void> {
    const text = await request.clone().text()
    const isJson = request.headers.get('content-type') === 'application/json'
    const body: unknown = isJson ? JSON.parse(text) : text
    this.sent.push({ path, body, headers: Object.fromEntries(request.headers) })
  }

  /** Everything but the list: reads and writes of a small team, as `in-memory-changes.ts` answers them. */
  async #change(request: Request, path: string, search: string): Promise<Response> {
    const text = await request.text()
    const isJson = request.headers.get('content-type') === 'application/json'
    const body: unknown = isJson ? JSON.parse(text) : text
    const answer = answerChange(this.team, {
      method: request.method,
      path,
      parameters: new URLSearchParams(search),
      body,
      version: request.headers.get('if-match')?.replaceAll('"', ''),
    })
    if ('refusal' in answer) return this.#refuse(answer.refusal, answer.problem)
    if (answer.changed !== undefined)
      this.send({ type: 'members.changed', memberIds: answer.changed })
    return answer.body === undefined
      ? new Response(null, { status: 204 })
      : this.#answer(answer.body, answer.version)
  }

  /** The team that writes change; the list answers from it. */
  get team(): InMemoryTeam {
    return {
      members: () => this.#all(),
      put: (members) => {
        this.#members = members
      },
      workspace: this.workspace,
      store: this.store,
    }
  }

  #listMembers(parameters: URLSearchParams): Response {
    const limit = Number(parameters.get('limit'))
    const sort = parameters.get('sort') as MemberSort | null
    const asked = [...parameters.keys()].some(
      (name) => !['limit', 'cursor', 'offset'].includes(name),
    )
    // A long list is not read as a whole unless something is asked of it.
    const matching = asked ? this.#all().filter((row) => isAskedFor(row, parameters)) : undefined
    const found =
      matching === undefined
        ? this.#members
        : sort === null
          ? matching
          : inOrder(
              matching,
              sort,
              this.workspace.roles.map(({ id }) => id),
            )
    // Keyset paging: a cursor is the id of the last row, so that rows which come or go don't shift pages.
    const cursor = parameters.get('cursor')
    const offset = Number(parameters.get('offset'))
    const start =
      cursor !== null
        ? indexAfter(found, cursor)
        : offset < found.length
          ? offset
          : Math.max(0, found.length - limit)
    const members: MemberDetail[] = []
    for (let index = start; index < Math.min(start + limit, found.length); index += 1) {
      const member = found.at(index)
      if (member !== undefined) members.push(member)
    }
    for (const { id, presence } of members) {
      if (presence !== null && !this.#presence.has(id)) this.#presence.set(id, presence)
    }
    const hasMore = start + limit < found.length
    const page: MemberPage = {
      members: members.map((member) => ({ ...member, presence: null, grants: undefined })),
      total: found.length,
      offset: cursor === null ? start : null,
      nextCursor: hasMore ? `${start + limit - 1}:${members.at(-1)?.id}` : null,
      previousCursor: null,
      position: String(this.#history.length),
    }
    return this.#answer(page)
  }

  #openStream({ cursor, visible = [] }: StreamRequest): Response {
    this.watched = visible
    let own: ReadableStreamDefaultController<Uint8Array> | undefined
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        own = stream
        const position = cursor === undefined ? this.#history.length : Number(cursor)
        this.#streams.set(stream, { position, visible })
        stream.enqueue(encode(line({ type: 'ready' })))
        this.#deliver(stream)
        for (const memberId of visible) {
          const presence = this.#presence.get(memberId) ?? 'offline'
          if (presence === 'offline') continue
          stream.enqueue(encode(line({ type: 'presence.changed', memberId, presence })))
        }
      },
      cancel: () => {
        if (own !== undefined) this.#streams.delete(own)
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  #deliver(stream: ReadableStreamDefaultController<Uint8Array>): void {
    const place = this.#streams.get(stream)
    if (place === undefined) return
    for (; place.position < this.#history.length; place.position += 1) {
      const at = place.position
      stream.enqueue(encode(`id: ${at + 1}\ndata: ${this.#history[at]}\n\n`))
    }
  }

  #all(): MemberDetail[] {
    return Array.from({ length: this.#members.length }, (_, index) =>
      this.#members.at(index),
    ).filter((row) => row !== undefined)
  }

  /** `GET member-export`: whom the filter finds, one per line. */
  #exportMembers(parameters: URLSearchParams): Response {
    const rows = this.#all().filter((row) => isAskedFor(row, parameters))
    const lines = rows.map(({ displayName, email }) => `${displayName},${email ?? ''}\r\n`)
    return new Response(`name,email\r\n${lines.join('')}`, {
      headers: { 'content-type': 'text/csv' },
    })
  }

  #answer(body: unknown, version?: string): Response {
    const headers = {
      'x-request-id': `request-${this.#requests}`,
      ...(version !== undefined && { etag: `"${version}"` }),
    }
    return Response.json(body, { headers })
  }

  #refuse(code: ProblemCode, more: Partial<Problem> = {}): Response {
    const problem: Problem = {
      type: 'about:blank',
      title: code,
      status: statuses[code],
      detail: code,
      code,
      requestId: `request-${this.#requests}`,
      ...more,
    }
    return Response.json(problem, {
      status: problem.status,
      headers: { 'content-type': 'application/problem+json' },
    })
  }
}

function screenLabels(title: string, addMember: string, submit: string, role: string): TeamLabels {
  return { title, addMember, submit, role, accept: submit }
}

function indexAfter(members: MemberSource, cursor: string): number {
  const [guess = '0', id] = cursor.split(/:(.*)/s)
  const near = Number(guess)
  for (let distance = 0; distance <= members.length; distance += 1) {
    if (members.at(near - distance)?.id === id) return near - distance + 1
    if (members.at(near + distance)?.id === id) return near + distance + 1
  }
  return near + 1
}

/** A message that nobody comes back for. */
function line(message: StreamMessage): string {
  return `data: ${JSON.stringify(message)}\n\n`
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
