import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { listen, type TestServer } from '../testing/listen.ts'
import { createGuardedFetch, isPublicAddress } from './guarded-fetch.ts'

describe('isPublicAddress', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'localhost',
    '',
    '0x7f000001',
  ])('says no to %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])(
    'says yes to %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )
})

describe('A guarded fetch', () => {
  let server: TestServer
  let origin: string
  let requests = 0

  beforeAll(async () => {
    server = await listen()
    origin = `http://127.0.0.1:${server.port}`
    server.handle((req, res) => {
      requests += 1
      if (req.url === '/redirect') res.writeHead(302, { location: `${origin}/secret` }).end()
      else if (req.url === '/large') res.end('x'.repeat(2_000))
      else if (req.url === '/slow') res.write('started')
      else if (req.url === '/empty') res.writeHead(204).end()
      else {
        res.writeHead(201, { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] })
        req.pipe(res)
      }
    })
  })

  afterAll(() => server.close())

  it('reaches an allowed origin by http, and hands back what it answered', async () => {
    const fetch = createGuardedFetch({ allowPrivateNetwork: [origin] })
    const response = await fetch(`${origin}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'grüß Gott',
    })
    expect(response.status).toBe(201)
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await response.text()).toBe('grüß Gott')
    const form = await fetch(`${origin}/echo`, {
      method: 'POST',
      body: new URLSearchParams({ a: '1 2' }),
    })
    expect(await form.text()).toBe('a=1+2')
    expect((await fetch(`${origin}/empty`)).status).toBe(204)
  })

  it('hands a redirect back and does not follow it', async () => {
    const before = requests
    const fetch = createGuardedFetch({ allowPrivateNetwork: [origin] })
    const response = await fetch(`${origin}/redirect`)
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe(`${origin}/secret`)
    expect(requests - before).toBe(1)
  })

  it.each(['http://example.com', 'file:///etc/passwd', 'ftp://example.com', 'data:text/plain,x'])(
    'refuses the scheme of %s',
    async (url) => {
      const fetch = createGuardedFetch({ allowPrivateNetwork: [] })
      await expect(fetch(url)).rejects.toMatchObject({ code: 'scheme-refused' })
    },
  )

  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '169.254.169.254',
  ])('refuses the literal address %s', async (host) => {
    const before = requests
    const fetch = createGuardedFetch({ allowPrivateNetwork: ['https://127.0.0.1:1'] })
    const refused = fetch(`https://${host}:${server.port}/`)
    await expect(refused).rejects.toMatchObject({ code: 'address-refused' })
    expect(requests).toBe(before)
  })

  it.each([[['127.0.0.1']], [['8.8.8.8', '10.0.0.1']], [['2606:4700::1111', '::1']], [[]]])(
    'refuses a name that resolves to %j',
    async (addresses) => {
      const fetch = createGuardedFetch({
        allowPrivateNetwork: [],
        lookup: (_hostname, _options, done) => {
          done(
            null,
            addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
          )
        },
      })
      await expect(fetch('https://idp.example/')).rejects.toMatchObject({ code: 'address-refused' })
    },
  )

  it('connects to the address that was checked, not to a second answer', async () => {
    let lookUps = 0
    const fetch = createGuardedFetch({
      allowPrivateNetwork: [],
      timeoutMs: 300,
      lookup: (_hostname, _options, done) => {
        lookUps += 1
        // TEST-NET would be refused; this one is public and answers nobody here.
        done(null, [{ address: lookUps === 1 ? '192.88.98.1' : '127.0.0.1', family: 4 }])
      },
    })
    await expect(fetch(`https://idp.example:${server.port}/`)).rejects.toMatchObject({
      name: 'OutgoingError',
      code: expect.stringMatching(/timeout|unreachable/) as string,
    })
    expect(lookUps).toBe(1)
  })

  it('gives up on an answer that is too large, too slow or not there', async () => {
    const allowed = { allowPrivateNetwork: [origin, 'http://127.0.0.1:9'], maxResponseBytes: 1_000 }
    const fetch = createGuardedFetch(allowed)
    await expect(fetch(`${origin}/large`)).rejects.toMatchObject({ code: 'response-too-large' })
    const hasty = createGuardedFetch({ ...allowed, timeoutMs: 300 })
    await expect(hasty(`${origin}/slow`)).rejects.toMatchObject({ code: 'timeout' })
    await expect(fetch('http://127.0.0.1:9/')).rejects.toMatchObject({ code: 'unreachable' })
  })

  it('says nothing of path and query in its errors', async () => {
    const fetch = createGuardedFetch({ allowPrivateNetwork: [] })
    const error: unknown = await fetch('https://127.0.0.1/a?code=secret').catch(
      (caught: unknown) => caught,
    )
    expect(String(error)).toBe('OutgoingError: address-refused: https://127.0.0.1')
  })
})
