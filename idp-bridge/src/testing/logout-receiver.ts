import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose'

import { listen } from './listen.ts'

/** A host's back-channel logout endpoint, which verifies what it gets as the standard asks. */
export interface LogoutReceiver {
  origin: string
  uri: string
  readonly verified: JWTPayload[]
  /** Answers from now on with this status. */
  answerWith: (status: number) => void
  expect: (publicUrl: string, clientId: string) => void
  close: () => Promise<void>
}

export async function startLogoutReceiver(): Promise<LogoutReceiver> {
  const server = await listen()
  const origin = `http://127.0.0.1:${server.port}`
  const verified: JWTPayload[] = []
  let status = 200
  let publicUrl = ''
  let clientId = ''
  server.handle((req, res) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('logout_token') ?? ''
      // OpenID Connect Back-Channel Logout §2.6.
      const { payload } = await jwtVerify(
        token,
        createRemoteJWKSet(new URL(`${publicUrl}/oidc/jwks`)),
        {
          issuer: `${publicUrl}/oidc`,
          audience: clientId,
          typ: 'logout+jwt',
          algorithms: ['ES256'],
        },
      )
      verified.push(payload)
      res.writeHead(status).end()
    })().catch(() => res.writeHead(400).end())
  })
  return {
    origin,
    uri: `${origin}/logout`,
    verified,
    answerWith(next) {
      status = next
    },
    expect(url, client) {
      publicUrl = url
      clientId = client
    },
    close: server.close,
  }
}
