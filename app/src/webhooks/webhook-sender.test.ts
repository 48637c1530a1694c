import { once } from 'node:events'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer, type Socket } from 'node:net'

import { createCertifiedKey, createGuardedFetch } from '@plantel/idp-bridge'
import { Webhook } from 'standardwebhooks'
import { afterEach, expect, it } from 'vitest'

import { createWebhookSender } from './webhook-sender.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const message = { id: 'evt_1', sentAt: new Date(), body: '{"type":"webhook.test"}' }
const format = 'webhook'
const closings: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

/** A server that does as told with each connection once it has heard something. */
async function serve(behave: (socket: Socket, heard: string) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => behave(socket, chunk.toString()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closings.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function senderFor(origin: string, timeoutMs = 30_000): ReturnType<typeof createWebhookSender> {
  return createWebhookSender(
    createGuardedFetch({ allowPrivateNetwork: [origin], timeoutMs, maxResponseBytes: 1_000 }),
  )
}

const answering =
  (text: string) =>
  (socket: Socket): void => {
    socket.end(text)
  }

function hangUp(socket: Socket): void {
  socket.destroy()
}

function locked(): string[] {
  throw new Error('sealed under another secret')
}

it.each([
  ['takes it', answering('HTTP/1.1 204 No Content\r\n\r\n'), null, 204],
  ['refuses it', answering('HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n'), 'status', 410],
  [
    'sends it elsewhere',
    answering('HTTP/1.1 307 Moved\r\nlocation: http://10.0.0.1/\r\ncontent-length: 0\r\n\r\n'),
    'redirect',
    307,
  ],
  ['closes without an answer', (socket: Socket): void => hangUp(socket), 'unreachable', null],
  [
    'answers 200 and closes in the middle',
    answering('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
    'unreachable',
    null,
  ],
  ['never answers', () => {}, 'timeout', null],
  [
    'answers without end',
    (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.write('x'.repeat(5_000))
    },
    'response-too-large',
    null,
  ],
  ['speaks another protocol', answering('220 mail.example ready\r\n'), 'unreachable', null],
] as const)('says what an endpoint does that %s', async (_, behave, failure, status) => {
  const url = await serve(behave)
  const send = senderFor(url, failure === 'timeout' ? 300 : undefined)
  const attempt = await send({ url, format, openSecrets: () => [secret] }, message)
  expect(attempt).toMatchObject({ failure, status })
})

it('says of an endpoint that is not there, is private or lies about TLS what it is', async () => {
  const plain = await serve(answering('HTTP/1.1 204 No Content\r\n\r\n'))
  const send = senderFor('http://127.0.0.1:9')
  const failureAt = async (url: string): Promise<unknown> =>
    (await send({ url, format, openSecrets: () => [secret] }, message))?.failure
  expect(await failureAt('http://127.0.0.1:9/')).toBe('unreachable')
  expect(await failureAt('https://10.0.0.1/')).toBe('address-refused')
  expect(await failureAt(plain)).toBe('scheme-refused')
  // A name, and what it resolves to.
  expect(await failureAt('https://localhost:9/')).toBe('address-refused')
  const tls = plain.replace('http:', 'https:')
  const trusting = senderFor(tls)
  expect(
    (await trusting({ url: tls, format, openSecrets: () => [secret] }, message))?.failure,
  ).toBe('unreachable')
})

it('sends nothing to whoever has a certificate that nobody vouches for', async () => {
  const { privateKey, certificate } = await createCertifiedKey('localhost')
  const heard: string[] = []
  const server = createHttpsServer({ key: privateKey, cert: certificate }, (request, response) => {
    heard.push(request.url ?? '')
    response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closings.push(async () => {
    server.close()
    await once(server, 'close')
  })
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  const attempt = await senderFor(url)({ url, format, openSecrets: () => [secret] }, message)
  expect(attempt).toMatchObject({ failure: 'unreachable', status: null })
  expect(heard).toEqual([])
})

it('does not send what it can not sign, and does not throw', async () => {
  const url = await serve(answering('HTTP/1.1 204 No Content\r\n\r\n'))
  const attempt = await senderFor(url)({ url, format, openSecrets: locked }, message)
  expect(attempt).toMatchObject({ failure: 'secret-unreadable', status: null })
})

it('tells nothing of an attempt that a stop interrupted', async () => {
  const url = await serve(() => {})
  const stop = new AbortController()
  const attempt = senderFor(url)({ url, format, openSecrets: () => [secret] }, message, stop.signal)
  stop.abort()
  expect(await attempt).toBeUndefined()
})

it('signs with each of two secrets, so that either verifies', async () => {
  let heard = ''
  const url = await serve((socket, text) => {
    heard += text
    if (heard.includes(message.body)) socket.end('HTTP/1.1 204 No Content\r\n\r\n')
  })
  const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
  await senderFor(url)({ url, format, openSecrets: () => [secret, other] }, message)
  const headers = Object.fromEntries(
    [...heard.matchAll(/^(webhook-[a-z]+): (.*)\r$/gim)].map(([, name, value]) => [
      name?.toLowerCase() ?? '',
      value ?? '',
    ]),
  )
  for (const each of [secret, other]) {
    expect(new Webhook(each).verify(message.body, headers)).toEqual({ type: 'webhook.test' })
  }
})

it.each([
  ['HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n', null, 202],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', 'status', 200],
  ['HTTP/1.1 204 No Content\r\n\r\n', 'status', 204],
  [refusing('{"err":"invalid_audience","description":"not ours"}'), 'invalid_audience', 400],
  [refusing('{"err":"made_up"}'), 'status', 400],
  [refusing('{"err":'), 'status', 400],
  [refusing('null'), 'status', 400],
] as const)('RFC8935-2 takes %j to a Security Event Token as %s', async (text, failure, status) => {
  let heard = ''
  const url = await serve((socket, chunk) => {
    heard += chunk
    if (heard.includes(message.body)) socket.end(text)
  })
  const endpoint = { url, format: 'scim-events', openSecrets: () => [secret] } as const
  expect(await senderFor(url)(endpoint, message)).toMatchObject({ failure, status })
  expect(heard).toMatch(/^content-type: application\/secevent\+jwt\r$/im)
  expect(heard).toMatch(/^accept: application\/json\r$/im)
})

function refusing(json: string): string {
  return `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`
}
