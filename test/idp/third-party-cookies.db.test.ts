import { createHash, randomBytes } from 'node:crypto'

import { type Browser, chromium } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../../app/src/testing/test-installation.ts'
import { type CompanyIdp, startCompanyIdp } from '../../idp-bridge/src/testing/company-idp.ts'
import { listen, type TestServer } from '../../idp-bridge/src/testing/listen.ts'
import { chromiumLaunch } from '../support/browser.ts'

/** The inbox: it signs people in through a window of their own, and its pages call the Team API by token. */
const framePage = (
  authorization: string,
  api: string,
): string => `<!doctype html><title>inbox</title>
<button>Sign in</button><output></output>
<script>
  const output = document.querySelector('output')
  document.querySelector('button').onclick = () => window.open(${JSON.stringify(authorization)})
  addEventListener('message', async ({ origin, data }) => {
    if (origin !== location.origin) return
    const { token } = await (await fetch('/token?code=' + encodeURIComponent(data.code))).json()
    const headers = { authorization: 'Bearer ' + token }
    const answer = await (await fetch(${JSON.stringify(api)}, { headers })).json()
    output.textContent = answer.viewer.displayName
  })
</script>`

const callbackPage = `<!doctype html><title>signed in</title>
<script>
  const code = new URLSearchParams(location.search).get('code')
  if (opener) { opener.postMessage({ code }, location.origin); close() }
</script>`

describe.skipIf(chromiumLaunch === undefined)('Where third-party cookies are blocked', () => {
  let plantel: TestInstallation
  let idp: CompanyIdp
  let host: TestHost
  let acme: TestWorkspace
  let inbox: TestServer
  let portal: TestServer
  let browser: Browser
  let authorization: string
  const redeemed: string[] = []
  const verifier = randomBytes(32).toString('base64url')

  beforeAll(async () => {
    ;[idp, inbox, portal] = await Promise.all([startCompanyIdp(), listen(), listen()])
    plantel = await openTestInstallation('pglite', { PLANTEL_ALLOW_PRIVATE_NETWORK: idp.issuer })
    const inboxUrl = `http://127.0.0.1:${inbox.port}`
    host = await plantel.newHost('Inbox', [inboxUrl])
    acme = await newWorkspace(plantel, host, 'acme')
    await acme.hire('ana@acme.example')
    const connection = await host.call('POST', `/workspaces/${acme.id}/sso-connections`, {
      kind: 'oidc',
      name: 'Company',
      issuer: idp.issuer,
      clientId: idp.clientId,
      clientSecret: idp.clientSecret,
      binding: { claim: 'sub', attribute: 'userName' },
    })
    idp.allowRedirect(String(connection.body['redirectUri']))
    const redirectUri = `${inboxUrl}/callback`
    const { body } = await host.call('POST', '/clients', {
      name: 'Inbox',
      redirectUris: [redirectUri],
    })
    const clientId = String(body['clientId'])
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      workspace: 'acme',
      connection: String(connection.body['id']),
    })
    authorization = `${plantel.url}/oidc/auth?${query.toString()}`
    serve({ clientId, redirectUri })
    browser = await chromium.launch({
      ...chromiumLaunch,
      args: [...(chromiumLaunch?.args ?? []), '--test-third-party-cookie-phaseout'],
    })
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.all([plantel?.close(), idp?.close(), inbox?.close(), portal?.close()])
  })

  function serve({ clientId, redirectUri }: { clientId: string; redirectUri: string }): void {
    // Another site than the inbox, which is at 127.0.0.1.
    portal.handle((_req, res) => {
      res.setHeader('content-type', 'text/html')
      res.end(`<iframe src="http://127.0.0.1:${inbox.port}/frame"></iframe>`)
    })
    inbox.handle((req, res) => {
      void (async () => {
        const url = new URL(req.url ?? '/', 'http://127.0.0.1')
        if (url.pathname === '/token') {
          const code = url.searchParams.get('code') ?? ''
          const codeVerifier = verifier
          const draft = { clientId, code, redirectUri, codeVerifier }
          const answer = await host.call('POST', '/sign-in/redeem', draft)
          const sub = String(answer.body['sub'])
          redeemed.push(sub)
          res.setHeader('content-type', 'application/json')
          return res.end(JSON.stringify({ token: await acme.widgetToken(sub) }))
        }
        res.setHeader('content-type', 'text/html')
        const isFrame = url.pathname === '/frame'
        return res.end(
          isFrame ? framePage(authorization, `${plantel.url}/team/v1/workspace`) : callbackPage,
        )
      })()
    })
  }

  it('signs in at the top level', async () => {
    const context = await browser.newContext()
    await context.addCookies([{ name: 'who', value: 'ana@acme.example', url: idp.issuer }])
    const page = await context.newPage()
    await page.goto(authorization)
    expect(new URL(page.url()).searchParams.get('code')).toMatch(/^[\w-]{20,}$/)
    for (const cookie of await context.cookies(plantel.url)) expect(cookie.sameSite).toBe('Lax')
    await context.close()
  })

  it('signs in from an inbox in another site’s frame, by a window, and the frame works by token', async () => {
    const context = await browser.newContext()
    await context.addCookies([{ name: 'who', value: 'ana@acme.example', url: idp.issuer }])
    const page = await context.newPage()
    await page.goto(`http://localhost:${portal.port}/`)
    const frame = page.frameLocator('iframe')
    await frame.getByRole('button', { name: 'Sign in' }).click()
    await frame.getByText('Hanna ana@acme.example').waitFor()
    expect(redeemed).toHaveLength(1)
    await context.close()
  })
})
