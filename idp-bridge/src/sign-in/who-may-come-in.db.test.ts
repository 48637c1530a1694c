import { readInWorkspace, type SsoProvisioning } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import {
  createRole,
  deleteRole,
  editWorkspace,
  inviteMembers,
  readMemberAccess,
  removeMember,
  suspendMember,
} from '@plantel/team'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { editSsoConnection } from '../connections/sso-connection-commands.ts'
import { summarizeSsoConnections } from '../connections/sso-connection-summaries.ts'
import { claimDomain, deleteDomain, markDomainVerified } from '../domains/domain-store.ts'
import { hashPassword } from '../passwords/password-hash.ts'
import { setPassword } from '../passwords/password-store.ts'
import { createRecoveryCodes, replaceRecoveryCodes } from '../recovery/recovery-code-store.ts'
import { systemActor } from '../system-actor.ts'
import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { type Browser, createBrowser, unescapeHtml } from '../testing/browser.ts'
import { type CompanyIdp, startCompanyIdp } from '../testing/company-idp.ts'
import { createTestHostClient, type TestHostClient } from '../testing/host-client.ts'

const sealer = { seal: () => '', open: () => '' }

describe.each(testEngines)('Who may come in on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let idp: CompanyIdp
  let host: TestHostClient
  let people = 0

  beforeAll(async () => {
    idp = await startCompanyIdp()
    world = await createBridgeWorld(engine, [idp.issuer])
    host = await createTestHostClient(world.publicUrl, await world.addClient())
  })
  afterAll(() => Promise.all([world.close(), idp.close()]))

  interface Company {
    workspace: TestWorkspace
    slug: string
    domain: string
    connection: string
  }

  async function found(slug: string, provisioning?: SsoProvisioning): Promise<Company> {
    const workspace = await world.addWorkspace(slug)
    const { id, redirectUri } = await workspace.connect(idp)
    idp.allowRedirect(redirectUri)
    const domain = `${slug}-mail.example`
    await workspace.write(async (trx) => {
      await claimDomain(trx, domain)
      await markDomainVerified(trx, domain)
      // Beside a directory, claims decide about nothing.
      if (provisioning?.roleClaim !== undefined) {
        await trx.query
          .deleteFrom('scim_connections')
          .where('workspace_id', '=', trx.workspaceId)
          .execute()
      }
      if (provisioning !== undefined) await editSsoConnection(trx, sealer, id, { provisioning })
    })
    return { workspace, slug, domain, connection: id }
  }

  /** Somebody whom the company's identity provider knows. */
  function person(email: string, claims: Record<string, unknown> = {}): string {
    const sub = `person-${(people += 1)}`
    idp.describe(sub, { email, ...claims })
    return sub
  }

  function browserOf(sub: string): Browser {
    const browser = createBrowser()
    browser.setCookie(idp.issuer, 'who', sub)
    return browser
  }

  function enter({ slug, connection }: Company, sub: string): Promise<{ claims: { sub: string } }> {
    return host.signIn(browserOf(sub), { workspace: slug, connection })
  }

  /** The refusal's code and what the admin is told. */
  async function refusalOf({ slug, connection }: Company, sub: string): Promise<string> {
    const attempt = await host.begin({ workspace: slug, connection })
    const { url } = await browserOf(sub).follow(attempt.url.href, host.redirectUri)
    if (url.href.startsWith(host.redirectUri)) return 'came in'
    const { code, adminDetail } = world.log.at(-1) ?? {}
    return `${code} ${adminDetail}`
  }

  function roleOf({ workspace }: Company, memberId: string): Promise<string | undefined> {
    return readInWorkspace(world.db, workspace.id, systemActor(), async (trx) => {
      return (await readMemberAccess(trx, memberId))?.role?.key
    })
  }

  async function invite({ workspace }: Company, email: string): Promise<string> {
    const [invited] = await workspace.write((trx) => inviteMembers(trx, [{ email, role: 'agent' }]))
    if (invited?.outcome !== 'invited') throw new Error(JSON.stringify(invited))
    return invited.memberId
  }

  it('knows an address only inside a domain that the workspace has proved', async () => {
    const company = await found('addresses')
    const { memberId } = await company.workspace.hire('ana')
    // Everybody here is hired with an address at example.com.
    const sub = person('Ana@Example.com')
    expect(await refusalOf(company, sub)).toContain('member-unknown no-match')
    await company.workspace.write((trx) => claimDomain(trx, 'example.com'))
    expect(await refusalOf(company, sub)).toContain('member-unknown no-match')
    await company.workspace.write((trx) => markDomainVerified(trx, 'example.com'))
    const unsure = person('ana@example.com', { email_verified: false })
    expect(await refusalOf(company, unsure)).toContain('member-unknown no-match')
    expect((await enter(company, sub)).claims.sub).toBe(memberId)
    // From now on by what the identity provider calls them, whatever becomes of the domain.
    await company.workspace.write((trx) => deleteDomain(trx, 'example.com'))
    idp.describe(sub, { email: 'somebody.else@example.com' })
    expect((await enter(company, sub)).claims.sub).toBe(memberId)
  })

  it('accepts the invitation that went to the address, and only there', async () => {
    const company = await found('invited')
    const memberId = await invite(company, `bea@${company.domain}`)
    await invite(company, 'outside@elsewhere.example')
    expect(await refusalOf(company, person('outside@elsewhere.example'))).toContain('no-match')
    expect((await enter(company, person(`Bea@${company.domain}`))).claims.sub).toBe(memberId)
  })

  it('makes newcomers members where the connection says so, with its role', async () => {
    const company = await found('newcomers', { defaultRole: 'agent' })
    const { slug } = company
    expect(await refusalOf(company, person('stranger@elsewhere.example'))).toContain('no-match')
    const sub = person(`cleo@${company.domain}`, { given_name: 'Cleo', family_name: 'Díaz' })
    const { claims } = await enter(company, sub)
    expect(await roleOf(company, claims.sub)).toBe('agent')
    expect((await enter(company, sub)).claims.sub).toBe(claims.sub)
    const closed = await found(`${slug}-not`)
    expect(await refusalOf(closed, person(`cleo@${closed.domain}`))).toContain('no-match')
  })

  it('gives what comes instead of a role that has ended, and refuses one that is unknown', async () => {
    const company = await found('ended')
    const { workspace, connection } = company
    await workspace.write(async (trx) => {
      await trx.query
        .deleteFrom('scim_connections')
        .where('workspace_id', '=', trx.workspaceId)
        .execute()
      await createRole(trx, { key: 'night', name: 'Night', cloneOf: 'agent' })
      const roles = [
        { value: 'inbox-managers', role: 'manager' },
        { value: 'night', role: 'night' },
      ]
      const provisioning = { defaultRole: 'night', roleClaim: 'groups', roles }
      await editSsoConnection(trx, sealer, connection, { provisioning })
      await deleteRole(trx, 'night', 'agent')
    })
    const summary = async () => {
      const [found] = await workspace.write((trx) => summarizeSsoConnections(trx, connection))
      return found
    }
    expect(await summary()).toMatchObject({
      unknownRoles: [],
      provisioning: {
        defaultRole: 'agent',
        roleClaim: 'groups',
        roles: [
          { value: 'inbox-managers', role: 'manager' },
          { value: 'night', role: 'agent' },
        ],
      },
    })
    const email = `gus@${company.domain}`
    const sub = person(email, { groups: ['night'] })
    const { claims } = await enter(company, sub)
    expect(await roleOf(company, claims.sub)).toBe('agent')
    await workspace.write((trx) =>
      trx.query
        .updateTable('sso_connections')
        .set({
          provisioning: JSON.stringify({
            defaultRole: 'gone',
            roleClaim: 'groups',
            roles: [{ value: 'night', role: 'lost' }],
          }),
        })
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', connection)
        .execute(),
    )
    expect(await summary()).toMatchObject({ unknownRoles: ['gone', 'lost'] })
    expect(await refusalOf(company, sub)).toBe('access-refused provisioning:role-unknown')
    expect(await refusalOf(company, person(`hal@${company.domain}`))).toBe(
      'access-refused provisioning:role-unknown',
    )
  })

  it('lets the claims decide about the role at every sign-in, and about the owner never', async () => {
    const company = await found('claims', {
      defaultRole: null,
      roleClaim: 'groups',
      roles: [
        { value: 'inbox-managers', role: 'manager' },
        { value: 'inbox', role: 'agent' },
      ],
    })
    const email = `dora@${company.domain}`
    const sub = person(email, { groups: ['inbox', 'inbox-managers'] })
    const { claims } = await enter(company, sub)
    expect(await roleOf(company, claims.sub)).toBe('manager')
    idp.describe(sub, { email, groups: ['inbox'] })
    await enter(company, sub)
    expect(await roleOf(company, claims.sub)).toBe('agent')
    idp.describe(sub, { email, groups: [] })
    expect(await refusalOf(company, sub)).toBe('access-refused no-role-by-claims')
    expect(await refusalOf(company, person(`eva@${company.domain}`, { groups: 'other' }))).toBe(
      'access-refused no-role-by-claims',
    )
    const { ownerMemberId } = company.workspace
    await company.workspace.write(({ query, workspaceId }) =>
      query
        .updateTable('members')
        .set({ email: `boss@${company.domain}`, email_key: `boss@${company.domain}` })
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', ownerMemberId)
        .execute(),
    )
    const boss = await enter(company, person(`boss@${company.domain}`, { groups: ['inbox'] }))
    expect(boss.claims.sub).toBe(ownerMemberId)
    expect(await roleOf(company, ownerMemberId)).toBe('owner')
  })

  it('lets nobody back who was removed or suspended: not by provisioning, not by an invitation, not by a password', async () => {
    const company = await found('leavers', { defaultRole: 'agent' })
    const { workspace, domain } = company
    const gone = person(`fay@${domain}`)
    const { claims } = await enter(company, gone)
    const held = person(`gil@${domain}`)
    const suspended = (await enter(company, held)).claims.sub
    await workspace.write(async (trx) => {
      await removeMember(trx, claims.sub)
      await suspendMember(trx, suspended)
    })
    expect(await refusalOf(company, gone)).toBe('access-refused removed')
    // By another name at the identity provider, or by another address.
    expect(await refusalOf(company, person(`fay@${domain}`))).toBe('access-refused removed')
    idp.describe(gone, { email: `fay.new@${domain}` })
    expect(await refusalOf(company, gone)).toBe('access-refused removed')
    expect(await refusalOf(company, held)).toBe('access-refused suspended')
    expect(await refusalOf(company, person(`gil@${domain}`))).toBe('access-refused suspended')

    const hash = await hashPassword('tres tazas de agua')
    await workspace.write((trx) => setPassword(trx, suspended, hash))
    const invited = await invite(company, `hal@${domain}`)
    await workspace.write((trx) => removeMember(trx, invited))
    expect(await refusalOf(company, person(`hal@${domain}`))).toBe('access-refused removed')
    const attempt = await host.begin({ workspace: company.slug })
    const browser = createBrowser()
    const page = await browser.follow(attempt.url.href)
    const action = /action="(\/sign-in\/[^"]+\/password)"/.exec(page.body)?.[1] ?? ''
    const answer = await browser.request(`${world.publicUrl}${action}`, {
      method: 'POST',
      body: new URLSearchParams({ email: `gil@${domain}`, password: 'tres tazas de agua' }),
    })
    expect(answer.status).toBe(403)
    expect(world.log.at(-1)).toMatchObject({ code: 'access-refused', adminDetail: 'suspended' })
    // Somebody adds them anew: the same person, and they may.
    const again = await invite(company, `fay@${domain}`)
    expect(again).toBe(claims.sub)
    expect((await enter(company, person(`fay@${domain}`))).claims.sub).toBe(claims.sub)
  })

  it('leads an address to its company, and names no customer to a stranger', async () => {
    const company = await found('realm')
    const { memberId } = await company.workspace.hire('ida')
    await company.workspace.write(({ query, workspaceId }) =>
      query
        .updateTable('members')
        .set({ email: `ida@${company.domain}`, email_key: `ida@${company.domain}` })
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', memberId)
        .execute(),
    )
    const sub = person(`ida@${company.domain}`)
    const type = async (browser: Browser, text: string) => {
      const attempt = await host.begin()
      const page = await browser.follow(attempt.url.href)
      const url = `${page.url.href}?${new URLSearchParams({ workspace: text }).toString()}`
      return { attempt, visit: await browser.follow(url, host.redirectUri) }
    }
    const chooser = browserOf(sub)
    const { attempt, visit } = await type(chooser, `ida@${company.domain}`)
    expect(visit.body).toContain('Sign in to realm team')
    const [, href = ''] = /<a class="button" href="([^"]+)"/.exec(visit.body) ?? []
    expect(unescapeHtml(href)).toContain('login_hint=ida%40')
    const start = new URL(unescapeHtml(href), world.publicUrl).href
    const done = await chooser.follow(start, host.redirectUri)
    expect((await attempt.redeem(done.url)).claims.sub).toBe(memberId)

    await company.workspace.write((trx) => editWorkspace(trx, { policies: { ssoRequired: true } }))
    const straight = await type(browserOf(sub), `ida@${company.domain}`)
    expect((await straight.attempt.redeem(straight.visit.url)).claims.sub).toBe(memberId)

    // A second customer with the same domain: neither is named.
    const twin = await world.addWorkspace('realm-twin')
    await twin.write(async (trx) => {
      await claimDomain(trx, company.domain)
      await markDomainVerified(trx, company.domain)
    })
    for (const text of [`ida@${company.domain}`, 'x@nobody.example', '@', 'a@b@']) {
      const { visit: refused } = await type(createBrowser(), text)
      expect(refused.status).toBe(404)
      expect(refused.body).not.toContain('realm team')
    }
  })

  it('lets a break-glass owner in by a recovery code, once, when single sign-on is required', async () => {
    const company = await found('emergency')
    const { workspace, slug } = company
    const email = `owner@${slug}.example`
    const codes = await createRecoveryCodes()
    await workspace.write(async (trx) => {
      expect(await replaceRecoveryCodes(trx, workspace.ownerMemberId, codes)).toBe(true)
      await editWorkspace(trx, { policies: { ssoRequired: true } })
    })
    const { memberId } = await workspace.hire('jo')
    expect(await workspace.write((trx) => replaceRecoveryCodes(trx, memberId, codes))).toBe(false)
    const stored = await world.db.owner.selectFrom('recovery_codes').selectAll().execute()
    for (const code of codes.plain) expect(JSON.stringify(stored)).not.toContain(code.slice(5))

    const tryCode = async (password: string, as = email): Promise<number> => {
      const browser = createBrowser()
      const attempt = await host.begin({ workspace: slug })
      const page = await browser.follow(attempt.url.href)
      expect(page.body).toContain('Password or recovery code')
      const action = /action="(\/sign-in\/[^"]+\/password)"/.exec(page.body)?.[1] ?? ''
      const body = new URLSearchParams({ email: as, password })
      const base = Math.random() < 0.5 ? world.publicUrl : world.otherUrl
      const answer = await browser.request(`${base}${action}`, { method: 'POST', body })
      if (answer.status !== 303) return answer.status
      const next = new URL(answer.headers.get('location') ?? '', world.publicUrl).href
      const { url } = await browser.follow(next, host.redirectUri)
      expect((await attempt.redeem(url)).claims.sub).toBe(workspace.ownerMemberId)
      return 200
    }
    const [first = '', second = '', third = ''] = codes.plain
    expect(await tryCode(first.toUpperCase().replaceAll('-', ' '))).toBe(200)
    expect(await tryCode(first)).toBe(401)
    expect(await tryCode(`${second.slice(0, -1)}${second.endsWith('2') ? '3' : '2'}`)).toBe(401)
    expect(await tryCode(second, 'jo@example.com')).toBe(401)
    const outcomes = await Promise.all([third, third, third, third].map((code) => tryCode(code)))
    expect(outcomes.filter((status) => status === 200)).toHaveLength(1)
    const renewed = await createRecoveryCodes()
    await workspace.write((trx) => replaceRecoveryCodes(trx, workspace.ownerMemberId, renewed))
    expect(await tryCode(second)).toBe(401)
  })
})
