import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'

import { readWorkspaceRows } from '@plantel/db/testing'
import { vi } from 'vitest'

import type { PathParameterName } from '../../app/src/operations/path-parameters.ts'
import {
  newWorkspace,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../../app/src/testing/test-installation.ts'

const patience = { timeout: 120_000, interval: 1_000 }

/** Everything of one workspace and its host that a path can name. */
export interface Victim {
  workspace: TestWorkspace
  ids: Readonly<Record<PathParameterName, string>>
  /** Whom the directory asserts. */
  directoryUser: string
  groupId: string
  /** Of the group. */
  ruleId: string
  ssoConnection: string
}

/** The value of a parameter at a path: two kinds of connections share a name. */
export function idOf({ ids, ssoConnection }: Victim, name: string, path: string): string {
  if (name === 'connection' && path.includes('/sso-connections/')) return ssoConnection
  const id = ids[name as PathParameterName]
  if (id === undefined) throw new Error(`No foreign value is known for {${name}}.`)
  return id
}

/** A workspace with at least one of everything. */
export async function createVictim(
  plantel: TestInstallation,
  host: TestHost,
  slug: string,
): Promise<Victim> {
  const workspace = await newWorkspace(plantel, host, slug)
  const { memberId, userId: directoryUser } = await workspace.hire(`ana@${slug}.example`)
  const base = `/workspaces/${workspace.id}`
  const scim = `${base}/scim-connections/${workspace.connectionId}`

  async function make(path: string, body: unknown, key = 'id', method = 'POST'): Promise<string> {
    const answer = await host.call(method, path, body)
    if (answer.status >= 300) {
      throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    }
    return String(answer.body[key])
  }

  const selection = await make(`${base}/selections`, { ids: [memberId] })
  const connectionTrust = {
    kind: 'private_key_jwt',
    keys: { jwksUrl: 'https://idp.example/jwks' },
  }
  const ids = {
    workspace: workspace.id,
    member: memberId,
    connection: workspace.connectionId,
    role: await make(`${base}/roles`, { key: 'secret-role', name: 'Secret', cloneOf: 'agent' }),
    department: await make(`${base}/departments`, { name: 'Secret department' }),
    channel: await make(`${base}/channels`, { key: 'secret-channel', name: 'Secret channel' }),
    token: await make(`${scim}/tokens`, {}),
    clientSecret: await make(`${scim}/client-secrets`, {}),
    clientTrust: await make(`${scim}/client-trusts`, connectionTrust),
    webhookEndpoint: await make('/webhook-endpoints', { url: `https://${slug}.example/hooks` }),
    client: await make(
      '/clients',
      { name: 'Inbox', redirectUris: [`https://${slug}.example/callback`] },
      'clientId',
    ),
    key: await make('/keys', { name: 'Another' }),
    transfer: await make(`${base}/ownership-transfers`, { to: memberId }),
    import: await importPeople(plantel, host, base),
    domain: await make(`${base}/domains`, { domain: `${slug}.example` }, 'domain'),
    certificate: 'ab'.repeat(32),
    session: await signIn(plantel, workspace.id, memberId),
    handover: await make(`${base}/handovers`, { member: memberId }),
    job: await make(`${base}/bulk-actions`, { selection, action: { kind: 'sign-out' } }),
  }
  const ssoConnection = await make(`${base}/sso-connections`, {
    kind: 'oidc',
    name: 'Entra',
    issuer: 'https://idp.example',
    clientId: 'plantel',
    clientSecret: 'secret',
  })
  const { groupId, ruleId } = await mapGroup(workspace, host, base)
  await settle(plantel, host, base, ids.job)
  return { workspace, ids, ssoConnection, directoryUser, groupId, ruleId }
}

/** A group of the directory, and the rule about it. */
async function mapGroup(
  workspace: TestWorkspace,
  host: TestHost,
  base: string,
): Promise<{ groupId: string; ruleId: string }> {
  const { body: group } = await workspace.scim('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Secret group',
  })
  const groupId = String(group['id'])
  await workspace.map([{ when: { kind: 'group', group: { id: groupId } }, role: 'agent' }])
  const { body } = await host.call('GET', `${base}/mapping-rules`)
  const [rule] = body['rules'] as { id: string }[]
  return { groupId, ruleId: rule?.id ?? '' }
}

/** Puts somebody's session there, as a sign-in in a browser would; answers its id. */
async function signIn({ db }: TestInstallation, workspace: string, member: string) {
  const hash = createHash('sha256').update(member).digest()
  const inAnHour = new Date(Date.now() + 3_600_000)
  await db.owner
    .insertInto('sessions')
    .values({
      workspace_id: workspace,
      id_hash: hash,
      member_id: member,
      connection_id: null,
      data: '{}',
      last_seen_at: new Date(),
      idle_expires_at: inAnHour,
      absolute_expires_at: inAnHour,
      sso_subject: null,
      sso_name_format: null,
      sso_session: null,
    })
    .execute()
  return hash.toString('hex')
}

/** Waits until nothing goes on by itself any more: jobs, mails, what follows from events. */
async function settle(
  { db }: TestInstallation,
  host: TestHost,
  base: string,
  job: string,
): Promise<void> {
  await vi.waitUntil(async () => {
    const { body } = await host.call('GET', `${base}/jobs/${job}`)
    return body['state'] === 'done'
  }, patience)
  const workspaceId = base.split('/').at(-1) ?? ''
  let before: unknown
  await vi.waitUntil(async () => {
    const now = await readWorkspaceRows(db.owner, workspaceId)
    const isStill = isDeepStrictEqual(now, before)
    before = now
    // The seal comes last, and in its own time.
    return isStill && now['unsealed_audit_entries']?.length === 0
  }, patience)
}

/** A table of people, wherever one is asked for. */
export const peopleCsv = 'email\nsomebody@example.com\n'

async function importPeople(
  plantel: TestInstallation,
  { key }: TestHost,
  base: string,
): Promise<string> {
  const response = await fetch(`${plantel.url}/host/v1${base}/member-imports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv' },
    body: peopleCsv,
  })
  const answer = (await response.json()) as { import?: { id: string } }
  if (answer.import === undefined) throw new Error(`The import answered ${response.status}.`)
  return answer.import.id
}
