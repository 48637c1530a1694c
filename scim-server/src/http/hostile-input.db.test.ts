/** What is sent to break the server, or to keep it busy: refused at once, and nothing comes of it. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'

import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { cpuMsOf, leastCpuMs } from '../testing/cpu-time.ts'
import { createUser, freshName, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'

/** Of this process, client and database of the tests included: what is read badly takes seconds. */
const limitCpuMs = 250

const search = (filter: string): object => ({ schemas: [urns.search], filter })
const patchOf = (operation: object): object => ({ schemas: [urns.patch], Operations: [operation] })
const nested = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + close.repeat(depth)

const filters: readonly (readonly [what: string, filter: string])[] = [
  ['100 KB of conditions', Array.from({ length: 5_000 }, () => 'title eq "x"').join(' or ')],
  ['100 KB of one value', `title eq "${'x'.repeat(100_000)}"`],
  ['100 KB of one name', `${'a'.repeat(100_000)} pr`],
  ['5,000 parentheses', `${nested('(', '', 5_000)}title pr${')'.repeat(5_000)}`],
  ['5,000 negations', `${'not ('.repeat(5_000)}title pr${')'.repeat(5_000)}`],
  ['an open text with line feeds', `title eq "${'\n'.repeat(3_000)}`],
  ['an open text with backslashes', `title eq "${'\\'.repeat(3_999)}`],
  ['brackets in brackets', `emails[${'emails['.repeat(500)}type pr${']'.repeat(501)}`],
  ['a URN without end', `urn:${'a:'.repeat(1_900)} pr`],
  ['dots without end', `a${'.a'.repeat(1_900)} pr`],
  ['digits without end', `title eq ${'1'.repeat(3_900)}e`],
  ['a prototype', '__proto__ pr'],
  ['a constructor', 'constructor.prototype pr'],
  ['a prototype in brackets', 'emails[__proto__ eq "x"]'],
  ['null characters', 'title eq "a\u0000"'],
  ['half a surrogate', 'title eq "\\ud800"'],
]

const paths: readonly (readonly [what: string, path: string])[] = [
  ['100 KB of brackets', nested('emails[', ']', 10_000)],
  ['100 KB of one name', 'a'.repeat(100_000)],
  ['a filter without end', `emails[value eq "${'\n'.repeat(3_000)}`],
  ['a prototype', '__proto__.polluted'],
  ['a prototype behind a filter', 'emails[type eq "work"].__proto__'],
  ['a constructor', 'constructor.prototype.polluted'],
  ['a URN without end', `urn:${'ietf:'.repeat(20_000)}x.y`],
]

const bodies: readonly (readonly [what: string, method: string, path: string, body: string])[] = [
  ['arrays 100,000 deep', 'POST', '/Users', nested('[', ']', 100_000)],
  ['objects 50,000 deep', 'POST', '/Users', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
  [
    'an attribute 30 deep',
    'POST',
    '/Users',
    `{"schemas":["${urns.user}"],"userName":"u","x":${nested('[', ']', 30)}}`,
  ],
  ['JSON that is cut off', 'POST', '/Users', `{"schemas":["${urns.user}"],"userName":"`],
  ['JSON with a comma too many', 'POST', '/Users', '{"a":1,}'],
  [
    'a prototype among the attributes',
    'POST',
    '/Users',
    `{"schemas":["${urns.user}"],"userName":"u","__proto__":{"polluted":1}}`,
  ],
  [
    'a prototype inside a value',
    'POST',
    '/Users',
    `{"schemas":["${urns.user}"],"userName":"u","name":{"__proto__":{"polluted":1}}}`,
  ],
  ['100,000 schemas', 'POST', '/Groups', JSON.stringify({ schemas: Array(100_000).fill('urn:x') })],
  [
    '30,000 emails',
    'POST',
    '/Users',
    `{"schemas":["${urns.user}"],"userName":"u","emails":[${Array(30_000).fill('{"value":"a"}').join()}]}`,
  ],
  [
    '30,000 bulk operations',
    'POST',
    '/Bulk',
    `{"schemas":["${urns.bulk}"],"Operations":[${Array(30_000).fill('{"method":"DELETE"}').join()}]}`,
  ],
]

describe.each(testEngines)('hostile input on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient
  let userId: string

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect({ profile: 'rfc' })
    userId = (await createUser(client)).id
  })
  afterAll(() => scim.close())

  test.each(filters)('a filter: %s', async (_, filter) => {
    const send = (): Promise<ScimResponse> =>
      client.request('POST', '/Users/.search', search(filter))
    expect(await verdictOf(send)).toBe('refused')
    expect(await send()).toMatchObject({ body: { scimType: 'invalidFilter' } })
  })

  test.each(paths)('a path: %s', async (_, path) => {
    for (const op of ['add', 'remove']) {
      const operation = patchOf({ op, path, value: 'x' })
      const send = (): Promise<ScimResponse> =>
        client.request('PATCH', `/Users/${userId}`, operation)
      expect(await verdictOf(send)).toBe('refused')
    }
  })

  test.each(bodies)('a body: %s', async (_, method, path, body) => {
    expect(await verdictOf(() => client.request(method, path, body))).toBe('refused')
  })

  test('a key without path: a prototype', async () => {
    const body = `{"schemas":["${urns.patch}"],"Operations":[{"op":"add","value":{"__proto__":{"polluted":1},"constructor.prototype.polluted":1}}]}`
    const send = (): Promise<ScimResponse> => client.request('PATCH', `/Users/${userId}`, body)
    expect(await verdictOf(send)).toBe('refused')
  })

  test('a URL longer than a server reads', async () => {
    const { status } = await fetch(client.urlOf(`/Users?filter=${'x'.repeat(100_000)}`))
    expect(status).toBe(431)
  })

  test('a body of bytes that are no UTF-8', async () => {
    const response = await fetch(client.urlOf('/Users'), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${client.token}`,
        'content-type': 'application/scim+json',
      },
      body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]),
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ scimType: 'invalidSyntax' })
  })

  test('a small body that unpacks to a large one', async () => {
    const packed = gzipSync(`{"schemas":["${urns.user}"],"title":"${'x'.repeat(50_000_000)}"}`)
    const send = async (): Promise<void> => {
      const response = await fetch(client.urlOf('/Users'), {
        method: 'POST',
        headers: {
          authorization: `Bearer ${client.token}`,
          'content-type': 'application/scim+json',
          'content-encoding': 'gzip',
        },
        body: new Uint8Array(packed),
      })
      expect(response.status).toBe(413)
    }
    expect(await leastCpuMs(limitCpuMs, () => cpuMsOf(send))).toBeLessThan(limitCpuMs)
  })

  test.each([
    ['less than it says', Buffer.from('{"schemas":[]}'), 10],
    ['more than it says', Buffer.from('{"schemas":[]}'), -5],
  ])('a body with %s', async (_, bytes, difference) => {
    const answer = await sendRaw(client, bytes, bytes.length + difference)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('after all that, people are still provisioned', async () => {
    const body = { schemas: [urns.user], userName: freshName('u') }
    expect(await client.request('POST', '/Users', body)).toMatchObject({ status: 201 })
  })
})

/** `refused` is: by a short SCIM error, in time, and without a trace in this process. */
async function verdictOf(send: () => Promise<ScimResponse>): Promise<string> {
  const { status, body, text } = await send()
  if (Reflect.get({}, 'polluted') !== undefined) return 'polluted'
  const isError = String(body['schemas']) === urns.error && body['status'] === String(status)
  const isRefused = isError && [400, 413].includes(status) && text.length < 1_000
  if (!isRefused) return text
  const tookMs = await leastCpuMs(limitCpuMs, () => cpuMsOf(send))
  return tookMs < limitCpuMs ? 'refused' : `took ${tookMs} ms`
}

/** Sends a POST byte by byte as it is meant, and ends it there. */
async function sendRaw(client: ScimClient, body: Buffer, contentLength: number): Promise<string> {
  const url = new URL(client.urlOf('/Users'))
  const socket = connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true })
  const head = [
    `POST ${url.pathname} HTTP/1.1`,
    `Host: ${url.host}`,
    `Authorization: Bearer ${client.token}`,
    'Content-Type: application/scim+json',
    `Content-Length: ${contentLength}`,
    'Connection: close',
  ]
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]))
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  await once(socket, 'close')
  return answer
}
