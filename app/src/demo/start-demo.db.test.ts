import { createSealer } from '@plantel/db'
import { findFreePort, testEngines } from '@plantel/db/testing'
import { ssoRedirectUri } from '@plantel/idp-bridge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createLogger } from '../logger.ts'
import {
  openTestInstallation,
  type TestHost,
  type TestInstallation,
} from '../testing/test-installation.ts'
import { companies } from './companies/index.ts'
import { directoryClientId } from './directory/directory-provider.ts'
import { type Demo, type DemoOptions, startDemo } from './start-demo.ts'
import { type CuttingProxy, openCuttingProxy } from './testing/cutting-proxy.ts'

describe.each(testEngines)('the demo on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let proxy: CuttingProxy
  let options: DemoOptions
  let demo: Demo | undefined
  let logged = ''

  beforeAll(async () => {
    const port = await findFreePort()
    const otherPort = await findFreePort()
    plantel = await openTestInstallation(engine, {
      PLANTEL_ALLOW_PRIVATE_NETWORK: `http://127.0.0.1:${port},http://127.0.0.1:${otherPort}`,
    })
    host = await plantel.newHost('Demo inbox')
    proxy = await openCuttingProxy(plantel.url)
    options = {
      db: plantel.db,
      sealer: createSealer('a secret of the demo'.padEnd(40, '.')),
      plantelUrl: proxy.url,
      hostKey: host.key,
      host: { id: host.id, name: 'Demo inbox' },
      preferredPort: port,
      log: createLogger('info', { write: (line: string) => void (logged += line) }),
    }
  })
  afterAll(async () => {
    await demo?.close()
    proxy.close()
    await plantel.close()
  })

  const count = async (
    table: 'workspaces' | 'scim_connections' | 'sso_connections' | 'directory_groups',
  ) => {
    const rows = await plantel.db.owner.selectFrom(table).select('id').execute()
    return rows.length
  }

  it('is completed by later starts, wherever earlier ones were cut off', async () => {
    // Each start goes a few requests further than the one before: every step loses its answer once.
    for (let attempt = 0; demo === undefined && attempt < 200; attempt += 1) {
      proxy.cutAfter(attempt < 9 ? attempt : 12 + (attempt % 7))
      demo = await startDemo(options).catch(() => undefined)
    }
    if (demo === undefined) throw new Error('The demo was never completed.')

    expect(await count('workspaces')).toBe(2)
    expect(await count('scim_connections')).toBe(2)
    expect(await count('sso_connections')).toBe(4)
    expect(await count('directory_groups')).toBe(16)
    for (const company of companies) {
      const workspace = demo.workspaces.find(({ slug }) => slug === company.slug)
      const members = await plantel.db.owner
        .selectFrom('members')
        .select(['state', 'role_id'])
        .where('workspace_id', '=', workspace?.id ?? '')
        .execute()
      const leavers = company.employees.filter(({ active }) => !active).length
      const unmapped = company.groups.find(({ rule }) => rule === undefined)?.name ?? ''
      const without = company.employees.filter(({ groups }) => groups.includes(unmapped)).length
      // The owner is not in the directory.
      expect(members).toHaveLength(company.employees.length + 1)
      expect(members.filter(({ state }) => state === 'suspended')).toHaveLength(leavers)
      expect(members.filter(({ role_id }) => role_id === null)).toHaveLength(without)
      const memberships = await plantel.db.owner
        .selectFrom('directory_group_members')
        .select('user_id')
        .where('workspace_id', '=', workspace?.id ?? '')
        .execute()
      const expected = company.employees.reduce((sum, { groups }) => sum + groups.length, 0)
      expect(memberships).toHaveLength(expected)
    }
  })

  it('asks Plantel for nothing but its origin when everything is there, and keeps the tokens', async () => {
    const before = demo?.workspaces
    await demo?.close()
    proxy.cutAfter(Infinity)
    demo = await startDemo(options)
    // Whom Plantel tells of a leaver asks for its keys and says who has the conversations now, whenever that is.
    const asked = proxy
      .seen()
      .filter((line) => !line.startsWith('GET /oidc/') && !line.includes('/handovers/'))
    expect(asked).toEqual(['PUT /host/v1/allowed-origins'])
    expect(demo.workspaces).toEqual(before)
  })

  it("lets the directory's sign-in lead to wherever the inbox that asked for it is", async () => {
    const { id } = await plantel.db.owner
      .selectFrom('sso_connections')
      .select('id')
      .where('workspace_id', '=', demo?.workspaces[0]?.id ?? '')
      .where('kind', '=', 'oidc')
      .executeTakeFirstOrThrow()
    const request = new URLSearchParams({
      client_id: directoryClientId('acme'),
      redirect_uri: ssoRedirectUri(proxy.url, id),
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    })
    const asked = await fetch(`${demo?.url}/directory/oidc/auth?${request}`, { redirect: 'manual' })
    const cookie = asked.headers
      .getSetCookie()
      .map((text) => text.split(';', 1)[0])
      .join('; ')
    const page = await fetch(`${demo?.url}${asked.headers.get('location')}`, {
      headers: { cookie },
    })
    expect(await page.text()).toContain('<form method="post" action="/directory/sign-in/')
    // Chromium holds the whole chain of redirects against it, and any client may be at its end.
    expect(page.headers.get('content-security-policy')).not.toContain('form-action')
    const other = await fetch(`${demo?.url}/directory/acme`)
    expect(other.headers.get('content-security-policy')).toContain("form-action 'self'")
  })

  it("takes an address that is none for the visitor's mistake", async () => {
    logged = ''
    const { status } = await fetch(`${demo?.url}/directory/%E0`)
    expect(status).toBe(400)
    const about = logged.split('\n').filter((line) => line.includes('/directory/%E0'))
    expect(about.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 'info', path: '/directory/%E0', status: 400 }),
    ])
    expect(about.join('')).not.toContain('stack')
  })

  it('answers with tokens that the SCIM server accepts', async () => {
    for (const { scim } of demo?.workspaces ?? []) {
      const response = await fetch(`${scim.baseUrl}/Users?count=1`, {
        headers: { authorization: `Bearer ${scim.token}` },
      })
      expect(response.status).toBe(200)
    }
  })
})
