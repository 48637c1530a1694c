import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../../scim-server/src/testing/scim-installation.ts'
import { fillIn, readRecordings, type Recording } from './recording.ts'

const recordings = readRecordings()

describe.each(testEngines)('recordings of identity providers on %s', (engine) => {
  let scim: ScimInstallation

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
  })
  afterAll(() => scim.close())

  test.each(recordings)('$name: $title', async ({ connection, exchanges }) => {
    const client = await scim.connect(connection)
    const saved = new Map([['base', client.baseUrl]])
    for (const { save = {}, ...recorded } of exchanges) {
      const exchange = fillIn(recorded, saved)
      const { method, path, body, headers } = exchange
      const response = await client.request(method, encodeURI(path), body, headers)
      const { about, status, absent = [] } = exchange
      expect({ about, ...seen(response) }).toMatchObject({
        about,
        status,
        mediaType: response.text === '' ? null : 'application/scim+json',
        body: toPattern(exchange.answer ?? {}),
      })
      const unexpected = absent.filter((name) => name in response.body)
      expect({ about, unexpected }).toEqual({ about, unexpected: [] })
      for (const [name, member] of Object.entries(save)) saved.set(name, textOf(response, member))
    }
  })
})

test('every provider that a connection can name is on record', () => {
  const idps = new Set(recordings.map(({ connection }) => connection.idp))
  const expected: Recording['connection']['idp'][] = [
    'entra',
    'google',
    'jumpcloud',
    'okta',
    'onelogin',
  ]
  expect(idps).toEqual(new Set(expected))
})

function seen({ status, headers, body }: ScimResponse): object {
  return { status, mediaType: headers.get('content-type'), body }
}

function textOf({ body, text }: ScimResponse, member: string): string {
  const value = body[member]
  if (typeof value === 'string') return value
  throw new Error(`There is no text ${member} in ${text}`)
}

function toPattern(answer: unknown): object {
  return JSON.parse(JSON.stringify(answer), (_, value: unknown) =>
    typeof value === 'string' && value.startsWith('~') ? matching(value.slice(1)) : value,
  ) as object
}

function matching(pattern: string): unknown {
  return expect.stringMatching(new RegExp(pattern, 'u'))
}
