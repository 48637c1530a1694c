import { readInWorkspace } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import {
  cancelInvitation,
  createInvitationTokens,
  createOwnershipTokens,
  createOwnershipTransfer,
  inviteMembers,
  readMemberAccess,
  removeMember,
  resendInvitation,
} from '@plantel/team'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { systemActor } from '../system-actor.ts'
import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { type Browser, createBrowser, unescapeHtml } from '../testing/browser.ts'
import { type CompanyIdp, startCompanyIdp } from '../testing/company-idp.ts'
import { createTestHostClient, type TestHostClient } from '../testing/host-client.ts'

const secret = 'the installation secret of the tests, long enough'
const tokens = createInvitationTokens(secret)
const password = 'tres tazas de agua'
const inboxUrl = 'http://127.0.0.1:9/sign-in'

const accept = (browser: Browser, url: string, fields: Record<string, string>): Promise<Response> =>
  browser.request(url, { method: 'POST', body: new URLSearchParams(fields) })

describe.each(testEngines)('The page of an invitation on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let idp: CompanyIdp
  let host: TestHostClient
  let north: TestWorkspace

  beforeAll(async () => {
    idp = await startCompanyIdp()
    world = await createBridgeWorld(engine, [idp.issuer])
    north = await world.addWorkspace('north')
    host = await createTestHostClient(
      world.publicUrl,
      await world.addClient({ initiateLoginUri: inboxUrl }),
    )
  })
  afterAll(() => Promise.all([world.close(), idp.close()]))

  async function invite(
    email: string,
    workspace = north,
  ): Promise<{ memberId: string; invitationId: string; url: string }> {
    const [person] = await workspace.write((trx) =>
      inviteMembers(trx, [{ email, role: 'agent' }], { message: 'Nos hace falta <ayuda>' }),
    )
    if (person?.outcome !== 'invited') throw new Error(JSON.stringify(person))
    return { ...person, url: urlOf(person.invitationId, 1) }
  }
  const urlOf = (id: string, generation: number): string =>
    `${world.publicUrl}/invitation/${tokens.issue({ id, generation })}`
  const stateOf = (memberId: string, workspace = north): Promise<string | undefined> =>
    readInWorkspace(world.db, workspace.id, systemActor(), async (trx) => {
      const access = await readMemberAccess(trx, memberId)
      return access?.state
    })

  it('asks for name and password, lets the person in, and leads to the inbox', async () => {
    const { memberId, url } = await invite('ana@north.example')
    const browser = createBrowser('es')
    const page = await browser.follow(url)
    expect(page.status).toBe(200)
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.body).toContain('Te damos la bienvenida a north team')
    expect(page.body).toContain('Nos hace falta &lt;ayuda&gt;')
    expect(page.body).toContain('Entrarás como ana@north.example.')

    const incomplete = await accept(browser, url, { displayName: ' ', password: 'corta' })
    expect(incomplete.status).toBe(422)
    const problems = await incomplete.text()
    expect(problems).toContain('Escribe un nombre.')
    expect(problems).toContain('Es demasiado corta.')
    expect(await stateOf(memberId)).toBe('invited')

    const accepted = await accept(browser, url, {
      displayName: 'Ana  López',
      phone: '+34 600 000 000',
      password,
    })
    expect(accepted.status).toBe(303)
    const inbox = new URL(accepted.headers.get('location') ?? '')
    expect(`${inbox.origin}${inbox.pathname}`).toBe(inboxUrl)
    expect(Object.fromEntries(inbox.searchParams)).toEqual({
      iss: `${world.publicUrl}/oidc`,
      workspace: 'north',
    })
    // The host begins a sign-in, and nobody is asked anything.
    const { claims } = await host.signIn(browser, { workspace: 'north' })
    expect(claims).toMatchObject({ sub: memberId, name: 'Ana López', email: 'ana@north.example' })
  })

  it('is used once, by twenty at once on two replicas too', async () => {
    const { url } = await invite('bea@north.example')
    const other = url.replace(world.publicUrl, world.otherUrl)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        accept(createBrowser(), index % 2 === 0 ? url : other, { displayName: 'Bea', password }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((first, second) => first - second)).toEqual(
      [303, ...Array<number>(19).fill(410)],
    )
    const again = await createBrowser().follow(url)
    expect(again.status).toBe(410)
    expect(again.body).toContain('This link was already used')
  })

  it('says what happened to a link that was replaced, withdrawn or never ours', async () => {
    const { memberId, invitationId, url } = await invite('cleo@north.example')
    await north.write((trx) => resendInvitation(trx, memberId))
    const old = await createBrowser().follow(url)
    expect([old.status, old.body.includes('There is a newer link')]).toEqual([410, true])
    const fresh = urlOf(invitationId, 2)
    expect((await createBrowser().follow(fresh)).status).toBe(200)
    await north.write((trx) => cancelInvitation(trx, memberId))
    const cancelled = await createBrowser().follow(fresh)
    expect([cancelled.status, cancelled.body.includes('withdrawn')]).toEqual([410, true])
    const refused = await accept(createBrowser(), fresh, { displayName: 'Cleo', password })
    expect(refused.status).toBe(410)
    expect(await stateOf(memberId)).toBe('removed')
    const forged = createInvitationTokens('another secret').issue({
      id: invitationId,
      generation: 2,
    })
    for (const token of [forged, 'x', '%00', '0'.repeat(72)]) {
      const visit = await createBrowser().follow(`${world.publicUrl}/invitation/${token}`)
      expect(visit.status).toBeOneOf([400, 404])
    }
  })

  it('offers the company account and no password where single sign-on is required', async () => {
    const strict = await world.addWorkspace('strict')
    const connection = await strict.connect(idp)
    idp.allowRedirect(connection.redirectUri)
    await strict.write(async (trx) => {
      const { policies } = await trx.query
        .selectFrom('workspaces')
        .select('policies')
        .where('id', '=', strict.id)
        .executeTakeFirstOrThrow()
      await trx.query
        .updateTable('workspaces')
        .set({ policies: JSON.stringify({ ...policies, ssoRequired: true }) })
        .where('id', '=', strict.id)
        .execute()
    })
    const { memberId, url } = await invite('dora@strict.example', strict)
    const browser = createBrowser()
    browser.setCookie(idp.issuer, 'who', 'dora')
    const page = await browser.follow(url)
    expect(page.body).not.toContain('type="password"')
    const refused = await accept(browser, url, { displayName: 'Dora', password })
    expect(refused.status).toBe(403)

    const [, href = ''] = /<a class="button" href="([^"]+)"/.exec(page.body) ?? []
    const visit = await browser.follow(new URL(unescapeHtml(href), world.publicUrl).href, inboxUrl)
    expect(visit.url.href.startsWith(inboxUrl)).toBe(true)
    expect(await stateOf(memberId, strict)).toBe('active')
    const { claims } = await host.signIn(browser, { workspace: 'strict' })
    expect(claims.sub).toBe(memberId)

    // Who left and is invited under another address comes in as the new member.
    await strict.write((trx) => removeMember(trx, memberId))
    const again = await invite('dora.new@strict.example', strict)
    const back = createBrowser()
    back.setCookie(idp.issuer, 'who', 'dora')
    const [, backHref = ''] =
      /<a class="button" href="([^"]+)"/.exec((await back.follow(again.url)).body) ?? []
    await back.follow(new URL(unescapeHtml(backHref), world.publicUrl).href, inboxUrl)
    expect((await host.signIn(back, { workspace: 'strict' })).claims.sub).toBe(again.memberId)

    // Somebody else with a company account and no link stays a stranger.
    const stranger = createBrowser()
    stranger.setCookie(idp.issuer, 'who', 'mallory')
    const start = `${world.publicUrl}/sso/${connection.id}/start`
    expect((await stranger.follow(start)).status).toBe(403)
    // And the used link is of no use to them.
    const late = await stranger.follow(new URL(unescapeHtml(href), world.publicUrl).href, inboxUrl)
    expect([late.status, late.body.includes('already used')]).toEqual([410, true])
  })

  it('lets two people agree on who owns the workspace', async () => {
    const south = await world.addWorkspace('south')
    const { memberId: eva, url } = await invite('eva@south.example', south)
    await accept(createBrowser(), url, { displayName: 'Eva', password })
    const { id } = await south.write((trx) =>
      createOwnershipTransfer(trx, { from: south.ownerMemberId, to: eva }),
    )
    const links = createOwnershipTokens(secret)
    const linkOf = (party: 'from' | 'to'): string =>
      `${world.publicUrl}/ownership/${links.issue({ id, party })}`
    const browser = createBrowser()
    expect((await browser.follow(linkOf('from'))).body).toContain('over to Eva')
    expect((await browser.follow(linkOf('to'))).body).toContain('Olga Owner hands')
    const first = await accept(browser, linkOf('to'), {})
    expect(await first.text()).toContain('Now Olga Owner has to agree.')
    const second = await accept(browser, linkOf('from'), {})
    expect(await second.text()).toContain('Eva is now the owner of south team.')
    expect((await browser.follow(linkOf('to'))).status).toBe(410)
    const access = await readInWorkspace(world.db, south.id, systemActor(), (trx) =>
      readMemberAccess(trx, eva),
    )
    expect(access?.role?.key).toBe('owner')
  })
})
