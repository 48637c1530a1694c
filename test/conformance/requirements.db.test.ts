import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  type ScimInstallation,
  startScimInstallation,
} from '../../scim-server/src/testing/scim-installation.ts'
import { testResourceType } from '../../scim-server/src/testing/test-resource.ts'
import type { Bench } from './requirement.ts'
import { requirements, sections } from './sections.ts'

describe.each(testEngines)('the server on %s', (engine) => {
  let scim: ScimInstallation
  let bench: Bench

  beforeAll(async () => {
    scim = await startScimInstallation(engine, { extraResourceTypes: [testResourceType] })
    bench = {
      rfc: await scim.connect({ profile: 'rfc' }),
      connect: (profile = 'compat') => scim.connect({ profile }),
    }
  })
  afterAll(() => scim.close())

  test.each(requirements)('$id $says', async ({ check }) => {
    expect.hasAssertions()
    await check(bench)
  })
})

test('every id is given once and belongs to its section', () => {
  const ids = sections.flatMap(({ requirements: own, departures = [] }) =>
    [...own, ...departures].map(({ id }) => id),
  )
  expect(new Set(ids).size).toBe(ids.length)
  for (const { id, requirements: own } of sections) {
    for (const each of own) expect(each.id).toMatch(new RegExp(`^${id}(?:\\.\\d+)*-\\d\\d$`))
  }
})
