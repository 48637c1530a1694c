import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createCertifiedKey } from '../../idp-bridge/src/saml/self-signed-certificate.ts'
import {
  type BridgeWorld,
  createBridgeWorld,
  type TestWorkspace,
} from '../../idp-bridge/src/testing/bridge-world.ts'
import { chromiumLaunch, openBrowser } from '../support/browser.ts'
import { hasLemonLdap, type LemonLdap, startLemonLdap } from './lemonldap.ts'

if (!hasLemonLdap && process.env['CI'] !== undefined) {
  throw new Error('CI needs lemonldap-ng and starman: see .ci/run.')
}
if (!hasLemonLdap) console.warn('LemonLDAP::NG is not installed: its tests are skipped.')

describe.skipIf(!hasLemonLdap || chromiumLaunch === undefined)(
  'LemonLDAP::NG, in a browser',
  () => {
    let idp: LemonLdap
    let world: BridgeWorld
    let north: TestWorkspace
    let browser: Browser
    let saml: { id: string; spEntityId: string }
    let oidc: { id: string; redirectUri: string }

    beforeAll(async () => {
      ;[idp, browser] = await Promise.all([startLemonLdap(), openBrowser()])
      world = await createBridgeWorld('pglite', [idp.origin])
      north = await world.addWorkspace('north')
      await north.hire('dwho')
      await north.hire('rtyler')
      const metadata = await (await fetch(`${idp.origin}/saml/metadata`)).text()
      saml = await north.connectSaml({
        metadata,
        key: await createCertifiedKey('ours'),
        binding: { claim: 'uid', attribute: 'externalId' },
      })
      const client = {
        issuer: idp.origin,
        clientId: 'plantel',
        clientSecret: 'secretOfTheCompany',
      }
      oidc = await north.connect(client)
      await idp.configure({
        samlMetadata: await (await fetch(saml.spEntityId)).text(),
        oidc: { ...client, redirectUri: oidc.redirectUri },
      })
    })
    afterAll(async () => {
      await browser?.close()
      await world?.close()
      await idp?.stop()
    })

    async function signIn(page: Page, connectionId: string, name: string): Promise<void> {
      await page.goto(`${world.publicUrl}/sso/${connectionId}/start`)
      await page.locator('input[name=user]').fill(name)
      await page.locator('input[name=password]').fill(name)
      await page.locator('input[name=password]').press('Enter')
      await page.waitForURL('**/sign-in/signed-in')
    }

    it('signs a person in by SAML', async () => {
      const page = await browser.newPage({ locale: 'en' })
      await signIn(page, saml.id, 'dwho')
      expect(world.log.at(-1)).toMatchObject({
        event: 'sign-in.completed',
        connectionId: saml.id,
      })
      await page.close()
    })

    it('signs a person in by OpenID Connect, by the algorithm that is pinned', async () => {
      const metadata = (await (
        await fetch(`${idp.origin}/.well-known/openid-configuration`)
      ).json()) as { id_token_signing_alg_values_supported: string[] }
      // It offers them; nobody here takes them.
      expect(metadata.id_token_signing_alg_values_supported).toContain('none')
      const page = await browser.newPage({ locale: 'en' })
      await signIn(page, oidc.id, 'rtyler')
      expect(world.log.at(-1)).toMatchObject({
        event: 'sign-in.completed',
        connectionId: oidc.id,
      })
      await page.close()
    })
  },
)
