import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'

import { createLogoutTokenVerifier, type Logout } from './logout-token.ts'

const issuer = 'http://localhost:8080/oidc'
const clientId = 'plt_client_1'
const event = { 'http://schemas.openid.net/event/backchannel-logout': {} }
const keys = await generateKeyPair('ES256')
const foreign = await generateKeyPair('ES256')
const keySet = createLocalJWKSet({
  keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' }],
})

let serial = 0

function sign(
  claims: Record<string, unknown>,
  { privateKey, secondsAgo = 0 }: { privateKey?: CryptoKey; secondsAgo?: number } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000) - secondsAgo
  serial += 1
  return new SignJWT({
    iss: issuer,
    aud: clientId,
    iat: now,
    exp: now + 120,
    jti: `jti-${serial}`,
    sub: 'member-1',
    sid: 'sid-1',
    events: event,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'logout+jwt' })
    .sign(privateKey ?? keys.privateKey)
}

describe('a logout token', () => {
  let verify: (token: string) => Promise<Logout>
  beforeEach(() => {
    verify = createLogoutTokenVerifier({ issuer, clientId, keys: keySet })
  })

  it('names the session and the person', async () => {
    expect(await verify(await sign({}))).toEqual({ sid: 'sid-1', subject: 'member-1' })
  })

  it('may name only one of them', async () => {
    expect(await verify(await sign({ sid: undefined }))).toEqual({
      sid: undefined,
      subject: 'member-1',
    })
    expect(await verify(await sign({ sub: undefined }))).toEqual({
      sid: 'sid-1',
      subject: undefined,
    })
  })

  it.each([
    ['for somebody else', { aud: 'another' }, 'invalid'],
    ['of another issuer', { iss: 'http://evil.example' }, 'invalid'],
    ['without jti', { jti: undefined }, 'invalid'],
    ['without iat', { iat: undefined }, 'invalid'],
    ['that has expired', { exp: 1 }, 'invalid'],
    ['without the logout event', { events: { other: {} } }, 'events-missing'],
    ['without events', { events: undefined }, 'events-missing'],
    ['with a nonce', { nonce: 'n' }, 'nonce-present'],
    ['that names nobody', { sub: undefined, sid: undefined }, 'nobody-named'],
  ])('%s is refused', async (_, claims, code) => {
    await expect(verify(await sign(claims))).rejects.toMatchObject({ code })
  })

  it('signed by somebody else is refused', async () => {
    const token = await sign({}, { privateKey: foreign.privateKey })
    await expect(verify(token)).rejects.toMatchObject({ code: 'invalid' })
  })

  it('issued long ago is refused, whatever it says of its expiry', async () => {
    const token = await sign({ exp: Math.floor(Date.now() / 1000) + 60 }, { secondsAgo: 400 })
    await expect(verify(token)).rejects.toMatchObject({ code: 'invalid' })
  })

  it('works once', async () => {
    const token = await sign({})
    await verify(token)
    await expect(verify(token)).rejects.toMatchObject({ code: 'replayed' })
  })

  it('that is no token is refused', async () => {
    await expect(verify('')).rejects.toMatchObject({ code: 'invalid' })
  })
})
