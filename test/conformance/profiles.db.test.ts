import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type Profile, profiles } from '../../scim-server/src/protocol/profile.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../../scim-server/src/testing/scim-installation.ts'
import { profileDifferences } from './profile-differences.ts'

const cases = profileDifferences.flatMap(({ behaviour, expected, observe }) =>
  profiles.map((profile) => ({ behaviour, profile, expected: expected[profile], observe })),
)

describe.each(testEngines)('the profiles of connections on %s', (engine) => {
  let scim: ScimInstallation
  let clients: Record<Profile, ScimClient>

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    clients = {
      compat: await scim.connect({ profile: 'compat' }),
      rfc: await scim.connect({ profile: 'rfc' }),
      interop: await scim.connect({ profile: 'interop' }),
    }
  })
  afterAll(() => scim.close())

  test.each(cases)('$profile: $behaviour → $expected', async ({ profile, expected, observe }) => {
    expect(await observe(clients[profile])).toBe(expected)
  })
})
