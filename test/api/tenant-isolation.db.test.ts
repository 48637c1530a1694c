import { readWorkspaceRows, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../../app/src/testing/test-installation.ts'
import { createCertifiedKey } from '../../idp-bridge/src/saml/self-signed-certificate.ts'
import { idpMetadata } from '../../idp-bridge/src/testing/idp-metadata.ts'
import { type ApiDocument, type ApiOperation, operationsOf, readDocument } from './api-document.ts'
import { createSampler } from './sample-value.ts'
import { createVictim, idOf, peopleCsv, type Victim } from './two-workspaces.ts'

/** What goes on by itself, whoever calls. */
const movingTables = new Set([
  'outbox',
  'events',
  'event_cursors',
  'jobs',
  'job_results',
  'captured_mails',
  'webhook_deliveries',
])

interface Attempt {
  operation: ApiOperation
  status: number
  text: string
}

const describeAttempt = ({ operation, status, text }: Attempt): string =>
  `${operation.method} ${operation.path}: ${status} ${text}`

const namesOf = ({ path }: ApiOperation): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)

describe.each(testEngines)('the walls between workspaces on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let victim: Victim
  let neighbour: TestWorkspace
  let stranger: TestHost
  let documents: Record<'host' | 'team', ApiDocument>
  let metadataXml: string

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox')
    victim = await createVictim(plantel, host, 'victim')
    neighbour = await newWorkspace(plantel, host, 'neighbour')
    stranger = await plantel.newHost('Other inbox')
    metadataXml = idpMetadata({
      entityId: 'https://idp.example',
      signOnUrl: 'https://idp.example/sso',
      certificates: [(await createCertifiedKey('IdP')).certificate],
    })
    documents = {
      host: await readDocument(plantel.url, 'host'),
      team: await readDocument(plantel.url, 'team'),
    }
  })
  afterAll(() => plantel.close())

  /** Calls an operation with the victim's ids, except for those in `own`. */
  async function attempt(
    api: 'host' | 'team',
    operation: ApiOperation,
    credential: string,
    own: Readonly<Record<string, string>> = {},
  ): Promise<Attempt> {
    const sample = createSampler(documents[api], {
      workspace: victim.ids.workspace,
      member: victim.ids.member,
      leadMemberId: victim.ids.member,
      to: victim.ids.member,
      from: victim.ids.member,
      members: victim.ids.member,
      connectionId: victim.ids.connection,
      moveTo: victim.ids.department,
      replacement: victim.ids.role,
      cloneOf: victim.ids.role,
      selection: victim.ids.job,
      department: victim.ids.department,
      password: 'correct horse battery staple',
      directoryUser: victim.directoryUser,
      groupId: victim.groupId,
      ruleId: victim.ruleId,
      metadataXml,
    })
    const { parameters = [], requestBody, method } = operation
    const path = operation.path.replaceAll(
      /\{(\w+)\}/g,
      (_, name: string) => own[name] ?? idOf(victim, name, operation.path),
    )
    const query = new URLSearchParams(
      parameters
        .filter((each) => each.in === 'query' && each.required === true)
        .map(({ name, schema }) => [name, String(sample(schema, name))]),
    )
    const [mediaType, content] = Object.entries(requestBody?.content ?? {})[0] ?? []
    const body =
      content === undefined || mediaType === 'text/csv'
        ? peopleCsv
        : JSON.stringify(
            sample(content.schema, 'body', { saysSomething: requestBody?.required === true }),
          )
    const response = await fetch(`${plantel.url}/${api}/v1${path}?${query.toString()}`, {
      method: method.toUpperCase(),
      headers: {
        authorization: `Bearer ${credential}`,
        'if-match': '*',
        ...(mediaType === undefined ? {} : { 'content-type': mediaType }),
      },
      ...(content === undefined ? {} : { body }),
    })
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
    if (isStream) await response.body?.cancel()
    return { operation, status: response.status, text: isStream ? '' : await response.text() }
  }

  /** Everything of the victim's that should stay as it is. */
  async function snapshot(): Promise<[table: string, rows: unknown[]][]> {
    const rows = await readWorkspaceRows(plantel.db.owner, victim.ids.workspace)
    return Object.entries(rows).filter(([table]) => !movingTables.has(table))
  }

  it('hold for every operation of the Host API and the Team API', async () => {
    const before = await snapshot()
    const attempts: Attempt[] = []
    for (const operation of operationsOf(documents.host).filter(
      (each) => namesOf(each).length > 0,
    )) {
      // A host that knows every id of another one.
      attempts.push(await attempt('host', operation, stranger.key))
      if (namesOf(operation).includes('workspace') && namesOf(operation).length > 1) {
        // The same host, by the path of another of its workspaces.
        const own = { workspace: neighbour.id }
        attempts.push(await attempt('host', operation, host.key, own))
      }
    }
    for (const operation of operationsOf(documents.team).filter(
      (each) => namesOf(each).length > 0,
    )) {
      const token = await neighbour.widgetToken(neighbour.ownerId)
      attempts.push(await attempt('team', operation, token))
    }
    const breached = attempts.filter(({ status }) => status !== 403 && status !== 404)
    expect(breached.map(describeAttempt)).toEqual([])
    expect(await snapshot()).toEqual(before)
  })

  it('hold where no path names the workspace: nothing of another one is answered or accepted', async () => {
    const before = await snapshot()
    const attempts: Attempt[] = []
    for (const operation of operationsOf(documents.host).filter(
      (each) => namesOf(each).length === 0,
    )) {
      attempts.push(await attempt('host', operation, stranger.key))
    }
    for (const operation of operationsOf(documents.host).filter(
      (each) => namesOf(each).join(',') === 'workspace',
    )) {
      // By its own path, with the victim's ids in the body and the query. Last what ends it.
      if (operation.method === 'delete') continue
      attempts.push(await attempt('host', operation, host.key, { workspace: neighbour.id }))
    }
    for (const operation of operationsOf(documents.team).filter(
      (each) => namesOf(each).length === 0,
    )) {
      const token = await neighbour.widgetToken(neighbour.ownerId)
      attempts.push(await attempt('team', operation, token))
    }
    const secrets = [...Object.values(victim.ids), victim.ssoConnection, 'ana@victim.example']
    const breached = attempts.filter(
      ({ status, text, operation }) =>
        status >= 500 ||
        (status < 300 && secrets.some((secret) => text.includes(secret))) ||
        // Not guessed well enough to be an attempt at all.
        (status === 400 && !text.includes('"reason"') && operation.requestBody !== undefined),
    )
    expect(breached.map(describeAttempt)).toEqual([])
    expect(await snapshot()).toEqual(before)
  })
})
