import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createId, createSealer, inWorkspace } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { type CertifiedKey, createCertifiedKey, createIdpMetadataReader } from '@plantel/idp-bridge'
import { createMember, findWorkspace, provisionDirectoryUser } from '@plantel/team'
import { draftUser } from '@plantel/team/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { applyPlan, type ApplyInput, rehearsePlan, type ScopeReport } from './apply-plan.ts'
import { exportWorkspace } from './export-workspace.ts'
import { parsePlan } from './plan-file.ts'
import { prepareSso } from './prepare-sso.ts'
import { renderChanges } from './render-changes.ts'

const acme = `
host:
  name: Inbox
  allowedOrigins: [https://inbox.example]
  clients:
    - name: Inbox
      redirectUris: [https://inbox.example/callback]
  webhookEndpoints: [https://inbox.example/webhooks]
workspaces:
  - slug: acme
    name: Acme
    preset: respond
    locale: es
    timeZone: America/Mexico_City
    owner: { email: owner@acme.example, displayName: Olga }
    seats: 500
    brand: { name: Acme Chat, accent: '#0a7f5a' }
    policies:
      localRoles: additive
      retention: { auditDays: 500 }
    roles:
      - key: manager
        grantable: [agent, night-shift]
      - key: night-shift
        name: Night shift
        below: agent
        permissions: [conversations:own]
        conversationAccess: own
    departments: [{ name: Ventas, channels: [wa] }, { name: Soporte, default: true }]
    channels:
      - { key: wa, name: WhatsApp }
    scimConnections:
      - name: Okta
        idp: okta
        defaultRole: agent
        rules:
          - when: { kind: group-pattern, pattern: '^sales' }
            role: night-shift
            departments: [Ventas]
            channels: [wa]
          - when: { kind: attribute, attribute: department, operator: equals, value: Support }
            departments: [Soporte]
    ssoConnections:
      - name: Okta
        kind: oidc
        issuer: https://acme.okta.example
        clientId: plantel
        clientSecret: { env: OKTA_SECRET }
`

const linesOf = (reports: readonly ScopeReport[]): string[] =>
  reports.flatMap(({ changes }) => changes.map(({ kind, what }) => `${kind} ${what}`))

describe.each(testEngines)('a plan on %s', (engine) => {
  let db: TestDatabase

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())

  const sealer = createSealer('the secret of a test installation'.padEnd(48, '.'))

  const inputOf = (text: string, options: Partial<ApplyInput> = {}): ApplyInput => ({
    db,
    sealer,
    actor: { kind: 'system', id: null, requestId: createId() },
    environment: { OKTA_SECRET: 'okta secret' },
    file: parsePlan(text, 'plan.yaml', []),
    prepared: new Map(),
    prune: false,
    ...options,
  })

  async function apply(text: string, options?: Partial<ApplyInput>): Promise<ScopeReport[]> {
    const input = inputOf(text, options)
    return applyPlan(input, await rehearsePlan(input))
  }

  const countRows = async (): Promise<number> => {
    const { count } = await db.owner
      .selectFrom('workspaces')
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  async function exportAcme(): Promise<string> {
    const { id: hostId } = await db.owner
      .selectFrom('hosts')
      .select('id')
      .where('name', '=', 'Inbox')
      .executeTakeFirstOrThrow()
    const workspace = await findWorkspace(db, hostId, 'acme')
    if (workspace === undefined) throw new Error('There is no workspace acme.')
    return inWorkspace(db, workspace.id, inputOf(acme).actor, (trx) =>
      exportWorkspace(trx, 'Inbox'),
    )
  }

  const setConnections = async (
    state: 'active' | 'paused',
    provisioning: string | null,
  ): Promise<void> => {
    await db.owner.updateTable('scim_connections').set({ state }).execute()
    await db.owner.updateTable('sso_connections').set({ provisioning }).execute()
  }

  it('is shown before it is applied, and nothing is made by showing it', async () => {
    const shown = await rehearsePlan(inputOf(acme))
    expect(linesOf(shown)).toEqual([
      'create host Inbox',
      'create client Inbox',
      'create webhook endpoint https://inbox.example/webhooks',
      'create workspace acme',
      'update settings of acme',
      'update role manager',
      'create role night-shift',
      'create channel wa',
      'create department Ventas',
      'create department Soporte',
      'create SCIM connection Okta',
      'update mapping rules of Okta',
      'create SSO connection Okta',
    ])
    expect(await countRows()).toBe(0)
    const text = renderChanges(shown).join('\n')
    expect(text).toContain('grantable: +night-shift')
    expect(text).toContain('groups like ^sales: role night-shift, department Ventas, channel wa')
    expect(text).toContain('changes nobody')
    expect(text).not.toContain('okta secret')
    expect(text).not.toContain('plt_')
  })

  it('does what was shown, hands out new secrets once, and has nothing to do the second time', async () => {
    const done = await apply(acme)
    const secrets = done.flatMap((report) => report.secrets)
    expect(secrets.map(({ what }) => what)).toEqual([
      'client Inbox, client id',
      'client Inbox, client secret',
      'webhook endpoint https://inbox.example/webhooks, secret',
      'SCIM connection Okta, id',
      'SCIM connection Okta, token',
    ])
    expect(await rehearsePlan(inputOf(acme))).toEqual([])
    // Nor has anybody been told of anything twice.
    expect(await apply(acme)).toEqual([])
  })

  it('exports what is there so that applying it changes nothing, without secrets and people', async () => {
    const text = await exportAcme()
    expect(await rehearsePlan(inputOf(text, { environment: {} }))).toEqual([])
    expect(await rehearsePlan(inputOf(text, { prune: true }))).toEqual([])
    expect(text).not.toMatch(/okta secret|plt_|whsec_|owner@acme/)
    expect(text).toContain('ACME_OKTA_CLIENT_SECRET')
  })

  it('makes the same workspace again from what was exported', async () => {
    const text = (await exportAcme())
      .replace('slug: acme', 'slug: second\n    owner: { email: o@second.example, displayName: O }')
      .replaceAll('ACME_OKTA_CLIENT_SECRET', 'OKTA_SECRET')
    await apply(text)
    expect(await rehearsePlan(inputOf(text))).toEqual([])
  })

  it('changes only what it says, and names what it prunes', async () => {
    const less = `
host: { name: Inbox }
workspaces:
  - slug: acme
    name: Acme México
    departments: [Soporte]
    channels: []
`
    expect(linesOf(await rehearsePlan(inputOf(less)))).toEqual(['update workspace acme'])
    const pruned = await rehearsePlan(inputOf(less, { prune: true }))
    expect(linesOf(pruned)).toEqual([
      'update workspace acme',
      'delete department Ventas',
      'delete channel wa',
    ])
    const done = await apply(less, { prune: true })
    expect(linesOf(done)).toEqual(linesOf(pruned))
    const text = await exportAcme()
    expect(text).toContain('Acme México')
    expect(text).not.toMatch(/Ventas|WhatsApp/)
    await apply(acme)
  })

  it('is refused when it would do something else than what was shown', async () => {
    const renamed = acme.replace('name: Acme\n', 'name: Acme Dos\n')
    const input = inputOf(renamed)
    const shown = await rehearsePlan(input)
    await apply(acme.replace('seats: 500', 'seats: 400'))
    await expect(applyPlan(input, shown)).rejects.toMatchObject({
      name: 'PlanChangedError',
      now: { title: 'workspace acme' },
    })
    expect(await exportAcme()).toContain('seats: 400')
    await apply(acme)
  })

  async function idsOfAcme(): Promise<{ workspaceId: string; connectionId: string }> {
    return db.owner
      .selectFrom('scim_connections as connection')
      .innerJoin('workspaces as workspace', 'workspace.id', 'connection.workspace_id')
      .select(['workspace.id as workspaceId', 'connection.id as connectionId'])
      .where('workspace.slug', '=', 'acme')
      .executeTakeFirstOrThrow()
  }

  it('says who gains and who loses by its rules before they count', async () => {
    const { workspaceId, connectionId } = await idsOfAcme()
    await hire(db, workspaceId, connectionId, 3)
    const without = acme.replace('defaultRole: agent', 'defaultRole: null')
    const gaining = without.replace(
      'value: Support }\n',
      'value: Support }\n            role: agent\n',
    )
    await apply(without)
    const shown = await rehearsePlan(inputOf(gaining))
    expect(renderChanges(shown).join('\n')).toContain('changes 3 people: 3 gain access, 0 lose it')
    await apply(gaining)
    expect(await rehearsePlan(inputOf(gaining))).toEqual([])
    expect(renderChanges(await rehearsePlan(inputOf(without))).join('\n')).toContain(
      'changes 3 people: 0 gain access, 3 lose it',
    )
  })

  it('is refused twice in a row at most because people move meanwhile', async () => {
    const { workspaceId, connectionId } = await idsOfAcme()
    const without = acme.replace('defaultRole: agent', 'defaultRole: null')
    const gaining = without.replace(
      'value: Support }\n',
      'value: Support }\n            role: agent\n',
    )
    await apply(without)
    const shown = await rehearsePlan(inputOf(gaining))
    for (const userName of ['late1', 'late2']) {
      await hire(db, workspaceId, connectionId, 1, userName)
      await expect(applyPlan(inputOf(gaining), shown)).rejects.toMatchObject({
        name: 'PlanChangedError',
      })
    }
    await hire(db, workspaceId, connectionId, 1, 'late3')
    expect(linesOf(await applyPlan(inputOf(gaining), shown))).toEqual([
      'update mapping rules of Okta',
    ])
    await apply(acme)
  })

  it('looks again at who waits for a decision once its policy needs none', async () => {
    const { workspaceId, connectionId } = await idsOfAcme()
    const actor = { kind: 'system', id: null, requestId: createId() } as const
    await apply(acme)
    const memberId = await inWorkspace(db, workspaceId, actor, (trx) =>
      createMember(trx, { email: 'waits@proved.example', role: 'agent' }),
    )
    await hire(db, workspaceId, connectionId, 1, 'waits', 'waits@proved.example')
    await db.owner
      .insertInto('workspace_domains')
      .values({
        workspace_id: workspaceId,
        domain: 'proved.example',
        token: 'token',
        verified_at: new Date(),
      })
      .execute()
    const isLinked = async (): Promise<boolean> => {
      const { directory_user_id: linked } = await db.owner
        .selectFrom('members')
        .select('directory_user_id')
        .where('id', '=', memberId)
        .executeTakeFirstOrThrow()
      return linked !== null
    }
    const automatic = acme.replace('policies:\n', 'policies:\n      adoption: auto\n')
    await rehearsePlan(inputOf(automatic))
    expect(await isLinked()).toBe(false)
    await apply(automatic)
    expect(await isLinked()).toBe(true)
    await apply(acme.replace('policies:\n', 'policies:\n      adoption: review\n'))
  })

  it('names the place of what the workspace refuses, and then changes nothing of it', async () => {
    const unknown = acme.replace('departments: [Soporte]\n', 'departments: [Suporte]\n')
    await expect(rehearsePlan(inputOf(unknown))).rejects.toMatchObject({
      problems: [
        expect.stringMatching(/^plan\.yaml:\d+:\d+: The workspace has no such department/),
      ],
    })
    const fresh = 'host: { name: Inbox }\nworkspaces: [{ slug: fresh, name: Fresh }]'
    await expect(rehearsePlan(inputOf(fresh))).rejects.toMatchObject({
      problems: [
        'plan.yaml:2:14: there is no workspace "fresh" yet; to make it, say its preset, locale, timeZone, owner.',
      ],
    })
    const secret = acme.replaceAll('slug: acme', 'slug: third')
    await expect(rehearsePlan(inputOf(secret, { environment: {} }))).rejects.toMatchObject({
      problems: [expect.stringContaining('set the environment variable OKTA_SECRET')],
    })
    const other = acme.replace('idp: okta', 'idp: entra')
    await expect(rehearsePlan(inputOf(other))).rejects.toMatchObject({
      problems: [expect.stringContaining("idp of SCIM connection Okta can't be changed")],
    })
    const preset = acme.replace('preset: respond', 'preset: wati')
    await expect(rehearsePlan(inputOf(preset))).rejects.toMatchObject({
      problems: [expect.stringContaining('made with the preset "respond"')],
    })
  })

  it('is refused where it starts a directory beside claims that decide about roles', async () => {
    await setConnections('paused', '{"defaultRole":null,"roleClaim":"groups"}')
    const resumed = acme.replace('idp: okta\n', 'idp: okta\n        state: active\n')
    await expect(rehearsePlan(inputOf(resumed))).rejects.toMatchObject({
      problems: [expect.stringMatching(/^plan\.yaml:\d+:9: .*take roleClaim out.*\(Okta\)$/)],
    })
    await setConnections('active', null)
  })

  it('makes connections by SAML and by a key of ours, and what is exported of them changes nothing', async () => {
    const [first, second] = await Promise.all([
      createCertifiedKey('company'),
      createCertifiedKey('company, next'),
    ])
    const folder = await mkdtemp(join(tmpdir(), 'plantel-plan-'))
    const file = join(folder, 'plan.yaml')
    const publish = (key: CertifiedKey, entityId = 'urn:company'): Promise<void> =>
      writeFile(join(folder, 'company.xml'), metadataOf(key, entityId))
    const run = async (text: string): Promise<ScopeReport[]> => {
      const parsed = parsePlan(text, file, [])
      const prepared = await prepareSso(parsed, file, createIdpMetadataReader([]))
      return apply(text, { file: parsed, prepared })
    }
    const plan = `
host: { name: Inbox }
workspaces:
  - slug: acme
    ssoConnections:
      - { name: By SAML, kind: saml, metadata: company.xml }
      - name: By key
        kind: oidc
        issuer: https://login.example/tenant
        clientId: plantel
        clientAuthentication: private_key_jwt
`
    await expect(run(plan)).rejects.toMatchObject({
      problems: [expect.stringMatching(/plan\.yaml:6:9: .*company\.xml can not be read/)],
    })
    await publish(first)
    const made = ['create SSO connection By SAML', 'create SSO connection By key']
    expect(linesOf(await run(plan))).toEqual(made)
    expect(await run(plan)).toEqual([])
    expect(await run(await exportAcme())).toEqual([])
    // The next certificate is believed too, and none is dropped.
    await publish(second)
    const changes = (await run(plan)).flatMap((report) => report.changes)
    expect(changes.map(({ what, fields }) => [what, fields.map(({ name }) => name)])).toEqual([
      ['SSO connection By SAML', ['certificates']],
    ])
    const known = await db.owner.selectFrom('saml_idp_certificates').selectAll().execute()
    expect(known).toHaveLength(2)
    await publish(first, 'urn:other')
    await expect(run(plan)).rejects.toMatchObject({
      problems: [expect.stringContaining('entityId of SSO connection By SAML')],
    })
    await rm(folder, { recursive: true })
  })
})

function metadataOf({ certificate }: CertifiedKey, entityId: string): string {
  const key = `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate.replace(/-----.*-----/g, '')}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`
  return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${key}<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso?a=1&amp;b=2"/></IDPSSODescriptor></EntityDescriptor>`
}

/** People of the directory who are in the department Support. */
async function hire(
  db: TestDatabase,
  workspaceId: string,
  connectionId: string,
  count: number,
  name = 'person',
  address?: string,
): Promise<void> {
  const actor = { kind: 'directory', id: connectionId, requestId: createId() } as const
  for (let number = 0; number < count; number += 1) {
    const userName = `${name}${number}@acme.example`
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
    const emails = address === undefined ? [] : [{ value: address, type: 'work' }]
    const person = draftUser(userName, {
      department: 'Support',
      resource: { userName, [enterprise]: { department: 'Support' }, emails },
      emails: emails.map((email) => ({ ...email, valueKey: email.value, isPrimary: false })),
    })
    await inWorkspace(db, workspaceId, actor, (trx) =>
      provisionDirectoryUser(trx, connectionId, person),
    )
  }
}
