import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, it } from 'vitest'

import { createLogger, createRequestLogger, type Logger } from './logger.ts'

function createRecorder(): { log: Logger; text: () => string } {
  let text = ''
  const log = createLogger('trace', { write: (line: string) => void (text += line) })
  return { log, text: () => text }
}

it('writes a request with method, path and status, and neither header nor query', async () => {
  const { log, text } = createRecorder()
  const logRequest = createRequestLogger(log)
  const server = createServer((request, response) => {
    logRequest(request, response)
    response.setHeader('set-cookie', 'session=hunter2')
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await fetch(`http://127.0.0.1:${port}/sso/callback?code=hunter2&state=hunter2`, {
    headers: { authorization: 'Bearer hunter2', cookie: 'session=hunter2', referer: '/?t=hunter2' },
  })
  server.close()
  await expect.poll(text).toContain('/sso/callback')
  const line = JSON.parse(text()) as { req: unknown; res: unknown }
  expect(line).toMatchObject({
    req: { method: 'GET', path: '/sso/callback' },
    res: { status: 200 },
  })
  expect(text()).not.toContain('hunter2')
})

it.each([
  [`/invitation/${'0a'.repeat(36)}`, '/invitation/…'],
  [`/reset/${'0a'.repeat(36)}?lang=es`, '/reset/…'],
  ['/Ownership/hunter2/', '/Ownership/…/'],
  [`/elsewhere/${'0A'.repeat(36)}/more`, '/elsewhere/…/more'],
  [`/team/v1/jobs/${'Zm9v_'.repeat(9)}`, '/team/v1/jobs/…'],
  ['/team/v1/members/0197a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b/invitation/resend', undefined],
  ['/.well-known/oauth-authorization-server/scim/v2', undefined],
  ['/reset', undefined],
])('writes %s without the secret that is in it', async (url, written) => {
  const { log, text } = createRecorder()
  const logRequest = createRequestLogger(log)
  const server = createServer((request, response) => {
    logRequest(request, response)
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await fetch(`http://127.0.0.1:${port}${url}`)
  server.close()
  await expect.poll(text).toContain('answered')
  expect(JSON.parse(text())).toMatchObject({ req: { path: written ?? url } })
})

it('writes the cause of a failed request', async () => {
  const { log, text } = createRecorder()
  const logRequest = createRequestLogger(log)
  const cause = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })
  const server = createServer((request, response) => {
    logRequest(request, response)
    Object.assign(response, { err: new Error('could not read', { cause }) })
    response.statusCode = 500
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await fetch(`http://127.0.0.1:${port}/host/v1/workspaces`)
  server.close()
  await expect.poll(text).toContain('/host/v1/workspaces')
  expect(JSON.parse(text())).toMatchObject({
    level: 'error',
    res: { status: 500 },
    err: {
      message: 'could not read',
      stack: expect.stringContaining('logger.test.ts'),
      cause: { message: 'connection refused', code: 'ECONNREFUSED' },
    },
  })
})

it.each(['authorization', 'token', 'clientSecret', 'password', 'set-cookie', 'plainKey'])(
  'hides a value called %s',
  (name) => {
    const { log, text } = createRecorder()
    log.info({ [name]: 'hunter2', entry: { [name]: 'hunter2' } }, 'something')
    expect(text()).toContain('[redacted]')
    expect(text()).not.toContain('hunter2')
  },
)

it('writes errors with their causes, and without what drivers attach to them', () => {
  const { log, text } = createRecorder()
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (email)=(ana@acme.example) already exists.',
    parameters: ['ana@acme.example'],
  })
  log.error({ err: new Error('could not save', { cause }) }, 'failed')
  expect(text()).toContain('23505')
  expect(text()).toContain('could not save')
  expect(text()).not.toContain('ana@acme.example')
})
