import type {
  EditableMember,
  MemberFilter,
  MemberPage,
  MemberSort,
  MemberState,
  StreamRequest,
  TeamWorkspace,
} from '../contract/index.ts'
import type { AccessTokens } from './access-tokens.ts'
import { ApiError, readProblem } from './api-error.ts'

/** The major version of the Team API that this widget speaks. */
const API_MAJOR = '1'

/** Which members are asked for and in which order, as `MemberFilter` says it; null means any. */
export interface MemberQuery {
  search: string
  state: MemberState | null
  role: string | null
  department: string | null
  channel: string | null
  source: NonNullable<MemberFilter['source']> | null
  activeSince: string | null
  notActiveSince: string | null
  sort: MemberSort | null
}

/** What a request has besides its path. */
export type TeamRequest = Pick<RequestInit, 'method' | 'body'> & {
  headers?: Record<string, string>
}

/** The Team API as the screens use it; every method rejects with an `ApiError` or the abort's reason. */
export interface TeamApi {
  /** Any request under `/team/v1/`; an answer that is a refusal rejects. */
  send(path: string, signal: AbortSignal, init?: TeamRequest): Promise<Response>
  /** The same with a body of JSON. */
  post(path: string, body: object, signal: AbortSignal, accept?: string): Promise<Response>
  readWorkspace(signal: AbortSignal): Promise<TeamWorkspace>
  listMembers(
    query: MemberQuery,
    page: { cursor: string | null; offset?: number | null; limit: number },
    signal: AbortSignal,
  ): Promise<MemberPage>
  readMember(memberId: string, signal: AbortSignal): Promise<EditableMember>
  openEventStream(
    request: StreamRequest,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>
}

/** Speaks to `${apiBase}/team/v1`, with one silent renewal of a refused token. */
export function createTeamApi(options: {
  apiBase: string
  tokens: AccessTokens
  /** Whether the token is in a cookie: then every request says that our own code sends it. */
  hasCookie: boolean
  /** Called when a renewed token was refused as well, or none was given. */
  onAuthRequired: () => void
}): TeamApi {
  const { hasCookie } = options
  /** Whom a cookie must be of; in another tab somebody else may sign in. */
  let viewer: string | undefined
  let hasEnded = false
  const root = new URL(`${options.apiBase.replace(/\/+$/, '')}/team/v1/`, document.baseURI)

  function endSession(): void {
    hasEnded = true
    options.onAuthRequired()
  }

  async function authenticate(obtain: () => Promise<string>, signal: AbortSignal): Promise<string> {
    try {
      return await obtain()
    } catch (cause) {
      signal.throwIfAborted()
      endSession()
      throw new ApiError('auth-required', { cause })
    }
  }

  async function send(
    path: string,
    signal: AbortSignal,
    init: TeamRequest = {},
  ): Promise<Response> {
    const attempt = async (token: string): Promise<Response> => {
      signal.throwIfAborted()
      try {
        return await fetch(new URL(path, root), {
          credentials: hasCookie ? 'include' : 'omit',
          cache: 'no-store',
          ...init,
          signal,
          headers: {
            accept: 'application/json',
            ...init.headers,
            ...(hasCookie
              ? { 'x-plantel-request': '1', ...(viewer && { 'x-plantel-member': viewer }) }
              : { authorization: `Bearer ${token}` }),
          },
        })
      } catch (cause) {
        signal.throwIfAborted()
        throw new ApiError('unreachable', { cause })
      }
    }
    const token = await authenticate(() => options.tokens.current(), signal)
    let response = await attempt(token)
    if (response.status === 401) {
      response = await attempt(await authenticate(() => options.tokens.renew(token), signal))
      if (response.status === 401) {
        options.tokens.forget()
        endSession()
        const { requestId } = await readProblem(response)
        throw new ApiError('auth-required', { requestId })
      }
    }
    if (!response.ok) throw await readProblem(response)
    return response
  }

  const post: TeamApi['post'] = (path, body, signal, accept = 'application/json') =>
    send(path, signal, {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  async function read<Answer>(
    path: string,
    signal: AbortSignal,
    isAnswer: (body: Answer) => boolean,
  ): Promise<Answer> {
    const response = await send(path, signal)
    const requestId = response.headers.get('x-request-id')
    let body: Answer
    try {
      body = (await response.json()) as Answer
    } catch (cause) {
      signal.throwIfAborted()
      throw new ApiError('unexpected-answer', { requestId, cause })
    }
    if (!isAnswer(body)) throw new ApiError('unexpected-answer', { requestId })
    return body
  }

  return {
    send,
    post,
    readWorkspace: async (signal) => {
      // Only with the workspace may it become somebody else: what is shown until then is of the former.
      if (hasEnded) viewer = undefined
      hasEnded = false
      const summary = await read<TeamWorkspace>('workspace', signal, (body) =>
        Array.isArray(body.roles),
      )
      if (summary.apiVersion.split('.')[0] !== API_MAJOR) throw new ApiError('incompatible-version')
      viewer = summary.viewer.memberId
      return summary
    },
    listMembers: (query, page, signal) => {
      const parameters = new URLSearchParams({ limit: String(page.limit) })
      const given = { ...query, cursor: page.cursor, offset: page.offset }
      for (const [name, value] of Object.entries(given)) if (value) parameters.set(name, `${value}`)
      return read<MemberPage>(`members?${parameters}`, signal, (body) =>
        Array.isArray(body.members),
      )
    },
    readMember: (memberId, signal) =>
      read<EditableMember>(`members/${encodeURIComponent(memberId)}`, signal, (body) =>
        Array.isArray(body.grants),
      ),
    openEventStream: async (request, signal) => {
      const response = await post('event-stream', request, signal, 'text/event-stream')
      if (response.body === null) throw new ApiError('unexpected-answer')
      return response.body
    },
  }
}
