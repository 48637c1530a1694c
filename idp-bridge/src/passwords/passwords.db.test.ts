import { inWorkspace } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import {
  lockDirectoryUser,
  readEvents,
  removeDirectoryUser,
  sequenceEvents,
  suspendMember,
} from '@plantel/team'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { systemActor } from '../system-actor.ts'
import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { type Browser, createBrowser, type Visit } from '../testing/browser.ts'
import { createTestHostClient, type TestHostClient } from '../testing/host-client.ts'
import { hashPassword } from './password-hash.ts'
import { findPasswordOf, setPassword } from './password-store.ts'

const secret = 'tres tazas de agua'

const post = (
  browser: Browser,
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  browser.request(url, { method: 'POST', body: new URLSearchParams(fields), headers })

describe.each(testEngines)('Passwords on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let host: TestHostClient
  let north: TestWorkspace
  let south: TestWorkspace

  beforeAll(async () => {
    world = await createBridgeWorld(engine, [])
    north = await world.addWorkspace('north')
    south = await world.addWorkspace('south')
    host = await createTestHostClient(world.publicUrl, await world.addClient())
  })
  afterAll(() => world.close())

  async function hire(name: string, workspace = north): Promise<string> {
    const { memberId } = await workspace.hire(name)
    const hash = await hashPassword(secret)
    await workspace.write((trx) => setPassword(trx, memberId, hash))
    return memberId
  }

  /** From the host to the form, and its answer. */
  async function tryPassword(
    browser: Browser,
    fields: Record<string, string>,
    workspace = 'north',
  ): Promise<{ response: Response; redeem: (callback: URL) => Promise<{ sub: string }> }> {
    const attempt = await host.begin({ workspace })
    const page = await browser.follow(attempt.url.href, host.redirectUri)
    const action = /action="(\/sign-in\/[^"]+\/password)"/.exec(page.body)?.[1]
    if (action === undefined) throw new Error(`No form: ${page.status} ${page.body.slice(0, 400)}`)
    const response = await post(browser, `${world.publicUrl}${action}`, fields)
    return { response, redeem: async (url) => (await attempt.redeem(url)).claims }
  }

  async function arrive(browser: Browser, response: Response): Promise<Visit> {
    const location = response.headers.get('location')
    if (location === null) throw new Error(`Answered ${response.status}.`)
    return browser.follow(new URL(location, world.publicUrl).href, host.redirectUri)
  }

  async function newestReset(): Promise<string> {
    await sequenceEvents(world.db)
    const events = await inWorkspace(world.db, north.id, systemActor(), (trx) =>
      readEvents(trx, '0', 10_000),
    )
    const asked = events.findLast(({ type }) => type === 'password.reset_requested')
    return String(asked?.payload['resetId'])
  }

  it('let a person in who has one, from the host and back', async () => {
    const memberId = await hire('ana')
    const browser = createBrowser()
    const { response, redeem } = await tryPassword(browser, {
      email: ' ANA@Example.com ',
      password: secret,
    })
    expect(response.status).toBe(303)
    const { url } = await arrive(browser, response)
    expect((await redeem(url)).sub).toBe(memberId)
  })

  it('say the same of a wrong password and of a person nobody knows, and keep what was typed', async () => {
    await hire('bea')
    await hire('bea-south', south)
    const wrongs = [
      { email: 'bea@example.com', password: `${secret}!` },
      { email: 'nobody@example.com', password: secret },
      // Known elsewhere.
      { email: 'bea-south@example.com', password: secret },
      { email: 'bea@example.com', password: '' },
      { email: 'bea@example.com', password: 'x'.repeat(10_000) },
      { email: '', password: '' },
    ]
    for (const fields of wrongs) {
      const { response } = await tryPassword(createBrowser(), fields)
      const page = await response.text()
      expect(response.status).toBe(401)
      expect(page).toContain('Email and password don’t match.')
      expect(page).toContain(`value="${fields.email}"`)
      expect(page).not.toContain(secret)
    }
  })

  it('are worth nothing to somebody who is suspended, without a role or removed', async () => {
    const memberId = await hire('cleo')
    await north.write((trx) => suspendMember(trx, memberId))
    const { response } = await tryPassword(createBrowser(), {
      email: 'cleo@example.com',
      password: secret,
    })
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('access-refused')
  })

  it('are gone with the member, and do not come back with them', async () => {
    const { memberId, userId } = await north.hire('cora')
    const hash = await hashPassword(secret)
    await north.write((trx) => setPassword(trx, memberId, hash))
    await north.setActive(userId, 'cora', false)
    await world.bridge.sweepEndedAccess(north.id, [memberId])
    const has = (): Promise<boolean> =>
      north.write(async (trx) => (await findPasswordOf(trx, 'cora@example.com'))?.hash != null)
    expect(await has()).toBe(true)
    await north.write(async (trx) => {
      const user = await lockDirectoryUser(trx, north.scimConnectionId, userId)
      if (user === undefined) throw new Error('cora is gone already.')
      await removeDirectoryUser(trx, user)
    })
    await world.bridge.sweepEndedAccess(north.id, [memberId])
    await north.hire('cora')
    expect(await has()).toBe(false)
  })

  it('can be tried ten times in ten minutes, over two replicas together', async () => {
    await hire('dora')
    const outcomes: number[] = []
    for (let count = 0; count < 12; count++) {
      const { response } = await tryPassword(createBrowser(), {
        email: 'dora@example.com',
        password: 'wrong password',
      })
      outcomes.push(response.status)
    }
    expect(outcomes).toEqual([...Array<number>(10).fill(401), 429, 429])
    const { response } = await tryPassword(createBrowser(), {
      email: 'dora@example.com',
      password: secret,
    })
    expect(response.status).toBe(429)
    expect(await response.text()).toContain('Too many attempts. Wait 10 minutes')
  })

  it('are for break-glass owners only where single sign-on is required', async () => {
    const strict = await world.addWorkspace(`strict-${engine}`)
    await hire('eva', strict)
    const hash = await hashPassword(secret)
    await strict.write(async (trx) => {
      await setPassword(trx, strict.ownerMemberId, hash)
      await trx.query
        .updateTable('workspaces')
        .set({ policies: JSON.stringify({ ...(await policiesOf(trx)), ssoRequired: true }) })
        .where('id', '=', strict.id)
        .execute()
    })
    const refused = await tryPassword(
      createBrowser(),
      { email: 'eva@example.com', password: secret },
      strict.id,
    )
    expect(refused.response.status).toBe(401)
    const admitted = await tryPassword(
      createBrowser(),
      { email: `owner@strict-${engine}.example`, password: secret },
      strict.id,
    )
    expect(admitted.response.status).toBe(303)
  })

  it('are asked for on no page of another site', async () => {
    await hire('fay')
    const browser = createBrowser()
    const attempt = await host.begin({ workspace: 'north' })
    const page = await browser.follow(attempt.url.href, host.redirectUri)
    const action = /action="(\/sign-in\/[^"]+\/password)"/.exec(page.body)?.[1] ?? ''
    const response = await post(
      browser,
      `${world.publicUrl}${action}`,
      { email: 'fay@example.com', password: secret },
      { 'sec-fetch-site': 'cross-site' },
    )
    expect(response.status).toBe(400)
  })

  it('are chosen anew behind a mailed link, once, and every session ends', async () => {
    await hire('gala')
    const browser = createBrowser()
    const first = await tryPassword(browser, { email: 'gala@example.com', password: secret })
    await arrive(browser, first.response)

    const form = await browser.follow(`${world.publicUrl}/reset?workspace=${north.id}`)
    expect(form.body).toContain('name="email"')
    const asked = await post(browser, `${world.publicUrl}/reset`, {
      workspace: north.id,
      email: 'gala@example.com',
    })
    expect(asked.status).toBe(200)
    await expect.poll(newestReset).not.toBe('undefined')
    const link = world.bridge.passwordResetUrl(await newestReset())

    const page = await browser.follow(link)
    expect(page.body).toContain('For gala@example.com.')
    const weak = await post(browser, link, { password: 'gala@example' })
    expect(weak.status).toBe(422)
    expect(await weak.text()).toContain('That is easy to guess.')
    // Twenty at once on two replicas.
    const other = link.replace(world.publicUrl, world.otherUrl)
    const saved = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        post(createBrowser(), index % 2 === 0 ? link : other, { password: 'siete vidas tiene' }),
      ),
    )
    expect(saved.map(({ status }) => status).toSorted((first, second) => first - second)).toEqual([
      200,
      ...Array<number>(19).fill(410),
    ])
    expect((await browser.follow(link)).status).toBe(410)

    const old = await tryPassword(createBrowser(), { email: 'gala@example.com', password: secret })
    expect(old.response.status).toBe(401)
    // The session from before is over: the form is shown again.
    const again = await host.begin({ workspace: 'north' })
    expect((await browser.follow(again.url.href, host.redirectUri)).body).toContain('/password"')
  })

  it('make links that were mailed before worthless when somebody else sets one', async () => {
    const memberId = await hire('iris')
    const before = await newestReset()
    await post(createBrowser(), `${world.publicUrl}/reset`, {
      workspace: north.id,
      email: 'iris@example.com',
    })
    await expect.poll(newestReset).not.toBe(before)
    const link = world.bridge.passwordResetUrl(await newestReset())
    expect((await createBrowser().follow(link)).status).toBe(200)
    const hash = await hashPassword('otra del administrador')
    await north.write((trx) => setPassword(trx, memberId, hash))
    expect((await createBrowser().follow(link)).status).toBe(410)
    const late = await post(createBrowser(), link, { password: 'siete vidas tiene' })
    expect(late.status).toBe(410)
  })

  it('are not mailed about to people who have none, and a made-up link opens nothing', async () => {
    await north.hire('hana')
    const before = await newestReset()
    for (const email of ['hana@example.com', 'nobody@example.com', '']) {
      const response = await post(createBrowser(), `${world.publicUrl}/reset`, {
        workspace: north.id,
        email,
      })
      expect(response.status).toBe(200)
    }
    expect(await newestReset()).toBe(before)
    const browser = createBrowser()
    for (const token of ['x', '0'.repeat(72), '%00']) {
      expect((await browser.follow(`${world.publicUrl}/reset/${token}`)).status).toBeOneOf([
        400, 404,
      ])
    }
    expect((await browser.follow(`${world.publicUrl}/reset?workspace=nowhere`)).status).toBe(404)
  })
})

async function policiesOf(
  trx: Parameters<Parameters<TestWorkspace['write']>[0]>[0],
): Promise<Record<string, unknown>> {
  const { policies } = await trx.query
    .selectFrom('workspaces')
    .select('policies')
    .where('id', '=', trx.workspaceId)
    .executeTakeFirstOrThrow()
  return { ...policies }
}
