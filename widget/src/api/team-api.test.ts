import { afterEach, expect, test } from 'vitest'

import { everybody } from '../controllers/members-controller.ts'
import { InMemoryTeamApi } from '../testing/in-memory-team-api.ts'
import { serveTeamApi } from '../testing/mount-widget.ts'
import { believablePeople } from '../testing/people.ts'
import { createAccessTokens } from './access-tokens.ts'
import type { ApiErrorCode } from './api-error.ts'
import { createTeamApi, type TeamApi } from './team-api.ts'

const never = new AbortController().signal
const cleanUp: (() => void)[] = []

afterEach(() => {
  for (const undo of cleanUp.splice(0)) undo()
})

function connect(...given: string[]): {
  api: TeamApi
  server: InMemoryTeamApi
  signedOut: number[]
} {
  const server = new InMemoryTeamApi(believablePeople(0))
  cleanUp.push(serveTeamApi(server))
  const signedOut: number[] = []
  const tokens = createAccessTokens(async () => given.shift() ?? 'refused-too')
  const api = createTeamApi({
    apiBase: 'https://plantel.example/',
    tokens,
    hasCookie: false,
    onAuthRequired: () => signedOut.push(1),
  })
  return { api, server, signedOut }
}

async function codeOf(request: Promise<unknown>): Promise<ApiErrorCode | undefined> {
  const error: unknown = await request.then(
    () => undefined,
    (error: unknown) => error,
  )
  return (error as { code: ApiErrorCode } | undefined)?.code
}

test('only what is asked for is in the address', async () => {
  const { api, server } = connect('valid-token')
  await api.listMembers(
    { ...everybody, search: 'ana & co', state: 'active' },
    { cursor: null, limit: 100 },
    never,
  )
  expect(server.log).toEqual(['GET members?limit=100&search=ana+%26+co&state=active'])
})

test('a refused token is renewed once and the request repeated', async () => {
  const { api, server, signedOut } = connect('expired', 'valid-token')
  await expect(api.readWorkspace(never)).resolves.toMatchObject({ name: 'Café Altura' })
  expect(server.log).toHaveLength(2)
  expect(signedOut).toEqual([])
})

test('two refused tokens mean that the person has to sign in', async () => {
  const { api, server, signedOut } = connect('expired', 'expired-too')
  await expect(codeOf(api.readWorkspace(never))).resolves.toBe('auth-required')
  expect(server.log).toHaveLength(2)
  expect(signedOut).toEqual([1])
})

test('a refusal keeps its code and the request’s id', async () => {
  const { api, server } = connect('valid-token')
  server.refusals.push({ path: 'members', code: 'forbidden' })
  const request = api.listMembers(everybody, { cursor: null, limit: 100 }, never)
  await expect(request).rejects.toMatchObject({ code: 'forbidden', requestId: 'request-1' })
})

test('no line, a page of HTML and an answer of another shape each have their code', async () => {
  const { api, server } = connect('valid-token')
  server.isOffline = true
  await expect(codeOf(api.readWorkspace(never))).resolves.toBe('unreachable')
  server.isOffline = false
  server.handle = async () => new Response('<html>')
  await expect(codeOf(api.readWorkspace(never))).resolves.toBe('unexpected-answer')
  server.handle = async () => Response.json({})
  await expect(codeOf(api.readWorkspace(never))).resolves.toBe('unexpected-answer')
  server.handle = async () => new Response('Bad gateway', { status: 502 })
  await expect(codeOf(api.readWorkspace(never))).resolves.toBe('unavailable')
  server.handle = async () => Response.json({ code: 'brand-new' }, { status: 418 })
  await expect(codeOf(api.readWorkspace(never))).resolves.toBe('internal')
})

test('an API of another major version is not spoken to', async () => {
  const { api, server } = connect('valid-token')
  server.workspace = { ...server.workspace, apiVersion: '2.0' }
  await expect(codeOf(api.readWorkspace(never))).resolves.toBe('incompatible-version')
})

test('an aborted request rejects with the abort, not with an error of ours', async () => {
  const { api } = connect('valid-token')
  const abort = new AbortController()
  const request = api.readWorkspace(abort.signal)
  abort.abort()
  await expect(request).rejects.toMatchObject({ name: 'AbortError' })
})
