import { createSealer } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import { decodeProtectedHeader } from 'jose'
import { sql } from 'kysely'
import { fetchUserInfo } from 'openid-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { createBrowser } from '../testing/browser.ts'
import { type CompanyIdp, startCompanyIdp } from '../testing/company-idp.ts'
import { createTestHostClient } from '../testing/host-client.ts'
import { followSigningKeys } from './follow-signing-keys.ts'

describe.each(testEngines)(
  'A signing key that is retired while replicas run, on %s',
  (engine: TestEngine) => {
    let world: BridgeWorld
    let idp: CompanyIdp
    let workspace: TestWorkspace

    beforeAll(async () => {
      idp = await startCompanyIdp()
      world = await createBridgeWorld(engine, [idp.issuer])
      workspace = await world.addWorkspace('north')
    })

    afterAll(async () => {
      await Promise.all([world.close(), idp.close()])
    })

    async function retireCurrentKey(): Promise<void> {
      await world.db.owner
        .updateTable('signing_keys')
        .set({ retired_at: sql<Date>`now()` })
        .where('algorithm', '=', 'ES256')
        .where('retired_at', 'is', null)
        .execute()
    }

    async function publishedKids(): Promise<string[]> {
      const response = await fetch(`${world.publicUrl}/oidc/jwks`)
      const { keys } = (await response.json()) as { keys: { kid: string }[] }
      return keys.map(({ kid }) => kid)
    }

    it('signs no more and still verifies, on each of them', async () => {
      const { memberId } = await workspace.hire('ana')
      const connection = await workspace.connect(idp)
      idp.allowRedirect(connection.redirectUri)
      const host = await createTestHostClient(world.publicUrl, await world.addClient())
      const browser = createBrowser()
      browser.setCookie(idp.issuer, 'who', 'ana')
      const parameters = { workspace: 'north', connection: connection.id }

      const former = await world.bridge.mintWidgetToken(workspace.id, memberId)
      const formerTokens = await host.signIn(browser, parameters)
      const { kid: formerKid } = decodeProtectedHeader(former.token)
      await retireCurrentKey()
      expect(await publishedKids()).toHaveLength(3)

      const present = await world.bridge.mintWidgetToken(workspace.id, memberId)
      const { kid } = decodeProtectedHeader(present.token)
      expect(kid).not.toBe(formerKid)
      expect(new Set(await publishedKids())).toContain(kid)
      expect(await publishedKids()).toContain(formerKid)
      // The other replica has not been asked for its keys.
      for (const { token } of [present, former]) {
        expect(await world.otherBridge.verifyWidgetToken(token)).toMatchObject({ memberId })
        expect(await world.bridge.verifyWidgetToken(token)).toMatchObject({ memberId })
      }
      const again = await createTestHostClient(world.publicUrl, await world.addClient())
      const tokens = await again.signIn(browser, parameters)
      expect(decodeProtectedHeader(tokens.idToken).kid).toBe(kid)
      await fetchUserInfo(host.configuration, formerTokens.accessToken, memberId)
    })

    it('is known to whoever asks after it, also when others are being told', async () => {
      const making: { kids: string[]; finish: (kids: string[]) => void }[] = []
      const starting = followSigningKeys(
        world.db,
        createSealer('the installation secret of the tests, long enough'),
        (keys) =>
          new Promise<string[]>((finish) => {
            making.push({ kids: keys.map(({ kid }) => kid), finish })
          }),
      )
      const finish = async (count: number): Promise<void> => {
        await vi.waitFor(() => expect(making).toHaveLength(count))
        const last = making.at(-1)
        last?.finish(last.kids)
      }
      await finish(1)
      const follow = await starting

      await retireCurrentKey()
      const early = follow(0)
      await vi.waitFor(() => expect(making).toHaveLength(2))
      await retireCurrentKey()
      const late = follow(0)
      await finish(2)
      await finish(3)
      expect(await late).toHaveLength((await early).length + 1)
    })

    it('refuses what an unknown key has signed', async () => {
      const { memberId } = await workspace.hire('bea')
      const { token } = await world.bridge.mintWidgetToken(workspace.id, memberId)
      const [, ...rest] = token.split('.')
      const header = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'unknown' }))
      const forged = [header.toString('base64url'), ...rest].join('.')
      await expect(world.bridge.verifyWidgetToken(forged)).rejects.toMatchObject({
        code: 'token-invalid',
      })
    })
  },
)
