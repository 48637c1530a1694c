import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { editSsoConnection } from '../../idp-bridge/src/connections/sso-connection-commands.ts'
import {
  type CertifiedKey,
  createCertifiedKey,
} from '../../idp-bridge/src/saml/self-signed-certificate.ts'
import {
  type BridgeWorld,
  createBridgeWorld,
  type TestWorkspace,
} from '../../idp-bridge/src/testing/bridge-world.ts'
import { listen } from '../../idp-bridge/src/testing/listen.ts'
import { chromiumLaunch, openBrowser } from '../support/browser.ts'
import {
  hasSimpleSamlPhp,
  type ServiceProvider,
  type SimpleSamlPhp,
  startSimpleSamlPhp,
} from './simplesamlphp.ts'

if (!hasSimpleSamlPhp && process.env['CI'] !== undefined) {
  throw new Error('CI needs simplesamlphp, php-cli, php-xml and php-sqlite3: see .ci/run.')
}
if (!hasSimpleSamlPhp) console.warn('SimpleSAMLphp is not installed: its tests are skipped.')

const sealer = { seal: () => '', open: () => '' }

async function fillIn(page: Page, name: string): Promise<void> {
  await page.locator('input[name=username]').fill(name)
  await page.locator('input[name=password]').fill(name)
  await page.locator('input[name=password]').press('Enter')
}

describe.skipIf(!hasSimpleSamlPhp || chromiumLaunch === undefined)(
  'SimpleSAMLphp, in a browser',
  () => {
    let idp: SimpleSamlPhp
    let world: BridgeWorld
    let north: TestWorkspace
    let key: CertifiedKey
    let browser: Browser
    const providers: ServiceProvider[] = []

    beforeAll(async () => {
      ;[idp, key, browser] = await Promise.all([
        startSimpleSamlPhp(['ana', 'bea', 'cleo', 'dora']),
        createCertifiedKey('ours'),
        openBrowser(),
      ])
      world = await createBridgeWorld('pglite', [idp.origin])
      north = await world.addWorkspace('north')
      for (const name of ['ana', 'bea', 'cleo', 'dora']) await north.hire(name)
    })
    afterAll(async () => {
      await browser?.close()
      await world?.close()
      await idp?.stop()
    })

    interface Connected {
      id: string
      acsUrl: string
      spEntityId: string
    }

    async function connect(isEncrypted: boolean): Promise<Connected> {
      const metadata = await (await fetch(idp.metadataUrl)).text()
      const connection = await north.connectSaml({ metadata, key })
      await north.write((trx) =>
        editSsoConnection(trx, sealer, connection.id, { singleLogout: true }),
      )
      const logoutUrl = `${world.publicUrl}/sso/${connection.id}/logout`
      providers.push({ ...connection, logoutUrl, certificate: key.certificate, isEncrypted })
      await idp.register(providers)
      return connection
    }

    const open = (): Promise<BrowserContext> => browser.newContext({ locale: 'en' })

    async function isSignedIn(context: BrowserContext): Promise<boolean> {
      const cookies = await context.cookies(world.publicUrl)
      return cookies.some(({ name }) => name === `plantel-${north.id.slice(-8)}`)
    }

    async function countSessions(name: string): Promise<number> {
      const rows = await world.db.owner
        .selectFrom('sessions')
        .innerJoin('members', 'members.id', 'sessions.member_id')
        .select('sessions.id_hash')
        .where('members.display_name', '=', name)
        .execute()
      return rows.length
    }

    it.each([false, true])('signs a person in, encrypted: %s', async (isEncrypted) => {
      const { id } = await connect(isEncrypted)
      const context = await open()
      const page = await context.newPage()
      await page.goto(`${world.publicUrl}/sso/${id}/start`)
      await fillIn(page, 'ana')
      await page.waitForURL('**/sign-in/signed-in')
      expect(await isSignedIn(context)).toBe(true)
      expect(world.log.at(-1)).toMatchObject({ event: 'sign-in.completed', connectionId: id })
      await context.close()
    })

    it('signs a person in who began there, and by no response that we did not ask for', async () => {
      const { id, spEntityId } = await connect(false)
      const context = await open()
      const page = await context.newPage()
      const posts: string[] = []
      page.on('request', (request) => {
        if (request.url().endsWith('/acs')) posts.push(request.postData() ?? '')
      })
      await page.goto(idp.initiateUrl(spEntityId))
      await fillIn(page, 'bea')
      await page.waitForURL('**/sign-in/signed-in')
      expect(await isSignedIn(context)).toBe(true)
      // The first was put aside, and the person's own sign-in followed.
      expect(posts).toHaveLength(2)
      expect(world.log.at(-1)).toMatchObject({ event: 'sign-in.completed', connectionId: id })
      await context.close()
    })

    it('signs out of Plantel who signs out there', async () => {
      const { id } = await connect(false)
      const context = await open()
      const page = await context.newPage()
      await page.goto(`${world.publicUrl}/sso/${id}/start`)
      await fillIn(page, 'cleo')
      await page.waitForURL('**/sign-in/signed-in')
      const validFrom = async (): Promise<Date | undefined> =>
        (
          await world.db.owner
            .selectFrom('members')
            .select('access_valid_from')
            .where('display_name', '=', 'cleo')
            .executeTakeFirst()
        )?.access_valid_from
      const before = await validFrom()
      const back = encodeURIComponent(`${idp.origin}/resources/default.css`)
      await page.goto(`${idp.origin}/saml2/idp/SingleLogoutService.php?ReturnTo=${back}`)
      await expect.poll(validFrom).not.toEqual(before)
      await expect
        .poll(() => world.log.findLast(({ event }) => event === 'access.revoked'))
        .toMatchObject({ connectionId: id, adminDetail: 'single-logout' })
      await context.close()
    })

    it('signs out there who signs out of Plantel', async () => {
      const { id } = await connect(false)
      const inbox = await listen()
      inbox.handle((_req, res) => res.end('the host'))
      const afterwards = `${world.publicUrl}/sign-in/signed-out`
      const client = await world.addClient({
        redirectUri: `http://127.0.0.1:${inbox.port}/callback`,
        postLogoutRedirectUri: afterwards,
      })
      const context = await open()
      const page = await context.newPage()
      const query = new URLSearchParams({
        client_id: client.clientId,
        redirect_uri: client.redirectUri,
        response_type: 'code',
        scope: 'openid',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
        workspace: 'north',
        connection: id,
      })
      await page.goto(`${world.publicUrl}/oidc/auth?${query.toString()}`)
      await fillIn(page, 'dora')
      await page.waitForURL((url) => url.href.startsWith(client.redirectUri))
      expect(await countSessions('dora')).toBe(1)
      const out = new URLSearchParams({
        client_id: client.clientId,
        post_logout_redirect_uri: afterwards,
      })
      await page.goto(`${world.publicUrl}/oidc/session/end?${out.toString()}`)
      const asked: string[] = []
      page.on('request', (request) => {
        if (request.url().startsWith(idp.origin)) asked.push(new URL(request.url()).pathname)
      })
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.waitForURL(afterwards)
      expect(asked).toContain('/saml2/idp/SingleLogoutService.php')
      expect(await countSessions('dora')).toBe(0)
      // The identity provider asks anew who it is.
      await page.goto(`${world.publicUrl}/sso/${id}/start`)
      await page.locator('input[name=password]').waitFor()
      await context.close()
      await inbox.close()
    })
  },
)
