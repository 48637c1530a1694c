import type { ReactiveController, ReactiveControllerHost } from 'lit'

import { type ApiError, toApiError } from '../api/api-error.ts'
import type { LiveMessage } from '../api/event-stream.ts'
import type { MemberQuery } from '../api/team-api.ts'
import type { TeamSession } from '../api/team-session.ts'
import type { MemberRow, Presence } from '../contract/index.ts'
import { MemberPages } from './member-pages.ts'

const SEARCH_PAUSE_MS = 200
/** Changes that come in a burst, as from a directory's sync, are read together. */
const CHANGE_PAUSE_MS = 150
const HIGHLIGHT_MS = 4000

/** What a live message did to the members in view. */
export interface MemberChange {
  kind: 'added' | 'changed' | 'removed'
  id: string
  name: string
}

/** What the list that uses the controller is told. */
export interface MembersListener {
  /** The first page of a new query is there. */
  onFirstPage(): void
  onChanges(changes: readonly MemberChange[]): void
  onError(error: ApiError): void
}

/** The query that asks for everybody. */
export const everybody: MemberQuery = {
  search: '',
  state: null,
  role: null,
  department: null,
  channel: null,
  source: null,
  activeSince: null,
  notActiveSince: null,
  sort: null,
}

/** Reads the members that are in view, page by page, and keeps them true while they change. */
export class MembersController implements ReactiveController {
  #host: ReactiveControllerHost
  #listener: MembersListener
  #session: TeamSession | undefined
  #unsubscribe: (() => void) | undefined
  #pages = new MemberPages()
  /** The pages of a query whose first answer isn't there yet; the former ones stay visible. */
  #incoming: MemberPages | undefined = this.#pages
  /** What is asked of the server now. */
  #asked: MemberQuery = everybody
  #run: AbortController | undefined
  #view = { first: 0, last: 0 }
  #timer: ReturnType<typeof setTimeout> | undefined
  #changePause: ReturnType<typeof setTimeout> | undefined
  #changedIds = new Set<string>()
  /** Who is here, which only the stream tells. */
  #presence = new Map<string, Presence>()

  /** What the person wants to see; typing may still go on. */
  query: MemberQuery = everybody
  /** What the rows answer to. */
  shownQuery: MemberQuery = everybody
  error: ApiError | null = null
  /** Members to be lit up for a moment. */
  readonly highlights = new Map<string, { kind: MemberChange['kind']; timer: number }>()

  constructor(host: ReactiveControllerHost, listener: MembersListener) {
    this.#host = host
    this.#listener = listener
    host.addController(this)
  }

  hostConnected(): void {
    this.#start()
  }

  hostDisconnected(): void {
    this.#stop()
  }

  /** Starts with a session; another one, maybe of another workspace, starts over with nothing of the former. */
  use(session: TeamSession | undefined): void {
    if (session === this.#session) return
    this.#stop()
    this.#session = session
    this.#pages = new MemberPages()
    this.#incoming = this.#pages
    this.query = this.shownQuery = everybody
    for (const { timer } of this.highlights.values()) clearTimeout(timer)
    this.highlights.clear()
    this.#changedIds.clear()
    this.#presence.clear()
    this.#start()
  }

  /** True once the first page of any query has come. */
  get hasRows(): boolean {
    return this.#incoming !== this.#pages
  }

  /** True while a new query waits for its first answer. */
  get isSearching(): boolean {
    return this.hasRows && this.#incoming !== undefined && this.error === null
  }

  get total(): number {
    return this.#pages.total
  }

  rows(first: number, end: number): (MemberRow | undefined)[] {
    return this.#pages
      .slice(first, end)
      .map((row) => row && { ...row, presence: this.#presence.get(row.id) ?? null })
  }

  indexOf(memberId: string): number {
    return this.#pages.indexOf(memberId)
  }

  /** Tells which rows are in view, so that they get read. */
  show(first: number, last: number): void {
    this.#view = { first, last }
    if (this.error === null) void this.#read()
  }

  /** Asks something else; typing is waited for. */
  search(change: Partial<MemberQuery>): void {
    this.query = { ...this.query, ...change }
    clearTimeout(this.#timer)
    const typing = change.search !== undefined && change.search !== ''
    if (typing) this.#timer = setTimeout(() => this.#restart(), SEARCH_PAUSE_MS)
    else this.#restart()
  }

  /** Goes on after an error, or reads again what is in view. */
  retry(): void {
    this.error = null
    this.#session?.listen(undefined)
    this.#pages.invalidate()
    this.#host.requestUpdate()
    void this.#read()
  }

  /** Lights a member up for a moment. */
  highlight({ id, kind }: MemberChange): void {
    clearTimeout(this.highlights.get(id)?.timer)
    const timer = setTimeout(() => {
      this.highlights.delete(id)
      this.#host.requestUpdate()
    }, HIGHLIGHT_MS)
    this.highlights.set(id, { kind, timer })
  }

  #start(): void {
    if (this.#session === undefined || this.#unsubscribe !== undefined) return
    this.#unsubscribe = this.#session.subscribe((message) => this.#hear(message))
    this.#pages.invalidate()
    this.#restart()
  }

  #stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#run?.abort()
    this.#run = undefined
    clearTimeout(this.#timer)
    clearTimeout(this.#changePause)
    this.#changePause = undefined
  }

  #restart(): void {
    this.#run?.abort()
    this.#run = undefined
    this.#asked = this.query
    this.#incoming = this.hasRows ? new MemberPages() : this.#pages
    this.error = null
    this.#host.requestUpdate()
    void this.#read()
  }

  /** Reads one page after the other until everything in view is there. */
  async #read(): Promise<void> {
    if (this.#session === undefined || this.#run !== undefined) return
    const { api } = this.#session
    const run = new AbortController()
    this.#run = run
    try {
      for (;;) {
        const pages = this.#incoming ?? this.#pages
        const { first, last } = this.#incoming === undefined ? this.#view : { first: 0, last: 0 }
        const request = pages.needed(first, last)
        if (request === undefined) break
        const answer = await api.listMembers(this.#asked, request, run.signal)
        if (run.signal.aborted) return
        const before = this.#seen()
        pages.put(request, answer)
        if (this.#incoming === undefined) this.#tellChanges(before)
        else this.#arrive(pages, answer.position)
        this.#host.requestUpdate()
        // The host may show other rows now.
        await this.#host.updateComplete
        if (run.signal.aborted) return
      }
      // Those that came meanwhile are waiting for a reading of their own.
      if (this.#changePause === undefined) this.#changedIds.clear()
    } catch (cause) {
      if (run.signal.aborted) return
      this.error = toApiError(cause)
      this.#host.requestUpdate()
      this.#listener.onError(this.error)
    } finally {
      if (this.#run === run) this.#run = undefined
    }
  }

  #arrive(pages: MemberPages, position: string): void {
    this.#session?.listen(position)
    this.#pages = pages
    this.#incoming = undefined
    this.shownQuery = this.#asked
    this.#view = { first: 0, last: 0 }
    this.#listener.onFirstPage()
  }

  #hear(message: LiveMessage): void {
    if (message.type === 'presence.changed') {
      const { memberId, presence } = message
      if (presence !== 'offline') this.#presence.set(memberId, presence)
      else if (this.#presence.delete(memberId)) {
        this.#pages.patch(memberId, { lastActiveAt: new Date().toISOString() })
      }
      this.#host.requestUpdate()
    } else if (message.type === 'ready') {
      // Whoever has left meanwhile is not told. Those who are here follow at once, before anything is drawn.
      this.#presence.clear()
      setTimeout(() => this.#host.requestUpdate(), CHANGE_PAUSE_MS)
    } else if (message.type === 'members.changed' || message.type === 'gap') {
      for (const id of message.type === 'gap' ? [] : message.memberIds) this.#changedIds.add(id)
      this.#changePause ??= setTimeout(() => {
        this.#changePause = undefined
        if (this.error?.kind === 'unreachable') this.retry()
        this.#pages.invalidate()
        if (this.error === null) void this.#read()
      }, CHANGE_PAUSE_MS)
    }
  }

  #seen(): Map<string, MemberRow | undefined> {
    return new Map([...this.#changedIds].map((id) => [id, this.#pages.find(id)]))
  }

  #tellChanges(before: ReadonlyMap<string, MemberRow | undefined>): void {
    const changes: MemberChange[] = []
    for (const [id, old] of before) {
      const row = this.#pages.find(id)
      const name = (row ?? old)?.displayName
      if (name === undefined || JSON.stringify(row) === JSON.stringify(old)) continue
      const kind = old === undefined ? 'added' : row === undefined ? 'removed' : 'changed'
      const change: MemberChange = { kind, id, name }
      changes.push(change)
      if (kind !== 'removed') this.highlight(change)
    }
    if (changes.length > 0) this.#listener.onChanges(changes)
  }
}
