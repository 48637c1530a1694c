import { createSealer } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { findFreePort } from '../free-port.ts'
import { createLogger } from '../logger.ts'
import {
  openTestInstallation,
  type TestHost,
  type TestInstallation,
} from '../testing/test-installation.ts'
import { companies } from './companies/index.ts'
import { type Demo, type DemoOptions, startDemo } from './start-demo.ts'
import { type CuttingProxy, openCuttingProxy } from './testing/cutting-proxy.ts'

describe.each(testEngines)('the demo on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let proxy: CuttingProxy
  let options: DemoOptions
  let demo: Demo | undefined

  beforeAll(async () => {
    const port = await findFreePort(0)
    const otherPort = await findFreePort(0)
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
      log: createLogger('silent'),
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
    expect(await count('sso_connections')).toBe(2)
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

  it('asks nothing but the origin of Plantel when everything is there, and keeps the tokens', async () => {
    const before = demo?.workspaces
    await demo?.close()
    proxy.cutAfter(Infinity)
    demo = await startDemo(options)
    expect(proxy.seen()).toBe(1)
    expect(demo.workspaces).toEqual(before)
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
