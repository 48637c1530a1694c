import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  callJson,
  openTestInstallation,
  type TestInstallation,
} from './testing/test-installation.ts'

const [engine = 'pglite'] = testEngines

/** Of a long or short answer. */
async function encodingOf(address: string): Promise<string | null> {
  const { status, headers } = await callJson(address, { headers: { 'accept-encoding': 'br' } })
  expect([200, 401]).toContain(status)
  return headers.get('content-encoding')
}

describe('the public address', () => {
  let plantel: TestInstallation
  let url: string

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    url = plantel.url
  })
  afterAll(() => plantel.close())

  it('says that it lives and that it is ready', async () => {
    expect(await callJson(`${url}/livez`)).toMatchObject({ status: 200 })
    expect(await callJson(`${url}/readyz`)).toMatchObject({
      status: 200,
      body: { status: 'ready', database: 'ok', migrations: 'applied' },
    })
  })

  it('answers strictly and names neither server nor version', async () => {
    const { status, headers, body } = await callJson(`${url}/nothing`)
    expect({ status, body }).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';base-uri 'none';frame-ancestors 'none'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('server')).toBeNull()
    // Over plain http the header would be ignored; on localhost it would lock other programs out.
    expect(headers.get('strict-transport-security')).toBeNull()
  })

  it('names each request anew, whatever the caller says', async () => {
    const headers = { 'x-request-id': 'mine' }
    const ids = [await callJson(url, { headers }), await callJson(url, { headers })].map((answer) =>
      answer.headers.get('x-request-id'),
    )
    expect(new Set([...ids, 'mine']).size).toBe(3)
  })

  it('compresses what is long for a page that shows people, and nothing for a server', async () => {
    expect(await encodingOf(`${url}/team/v1/openapi.json`)).toBe('br')
    expect(await encodingOf(`${url}/team/v1/workspace`)).toBeNull()
    expect(await encodingOf(`${url}/host/v1/openapi.json`)).toBeNull()
  })

  it('sends visitors of the demo to it, once it answers', async () => {
    for (const path of ['/', '/demo', '/demo/directory', '/demo/mailbox']) {
      expect((await callJson(url + path)).status).toBe(503)
    }
  })

  describe('the widget', () => {
    it.each(['/widget/0.1.0/team-widget.js', '/widget/remoteEntry.js', '/widget/mf-manifest.json'])(
      'is served to any page at %s and asked for again each time',
      async (path) => {
        const response = await fetch(url + path)
        expect(response.status).toBe(200)
        expect(response.headers.get('content-type')).toMatch(
          /^(text\/javascript|application\/json)/,
        )
        expect(response.headers.get('access-control-allow-origin')).toBe('*')
        expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
        expect(response.headers.get('cache-control')).toBe('no-cache')
        expect(response.headers.get('etag')).not.toBeNull()
      },
    )

    it('keeps what has a hash in its name for ever', async () => {
      const entry = await (await fetch(`${url}/widget/remoteEntry.js`)).text()
      const [, asset] = /["']\.\/(assets\/[^"']+-[\w-]{8}\.js)["']/.exec(entry) ?? []
      const { status, headers } = await fetch(`${url}/widget/${asset}`)
      expect(status).toBe(200)
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    })

    it('gives nothing but its own files', async () => {
      for (const path of [
        '/widget/',
        '/widget/..%2fpackage.json',
        '/widget/9.9.9/team-widget.js',
      ]) {
        expect((await fetch(url + path)).status).toBe(404)
      }
    })
  })
})

describe('an installation', () => {
  it('says at its bare address what it is, and knows no demo', async () => {
    const plantel = await openTestInstallation(engine, {
      PLANTEL_DEMO: '0',
      PLANTEL_PUBLIC_URL: 'http://localhost:1',
    })
    try {
      const response = await fetch(plantel.address)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toMatch(/^text\/html/)
      expect(await response.text()).toContain('<h1>Plantel</h1>')
      expect((await fetch(`${plantel.address}/demo`)).status).toBe(404)
    } finally {
      await plantel.close()
    }
  })
})
