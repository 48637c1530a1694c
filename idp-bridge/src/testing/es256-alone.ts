import { generateKeyPair, SignJWT } from 'jose'

/** Signs a token of the shape of a widget token with jose, and does nothing else: what ours is compared with. */
export async function createEs256Alone(): Promise<() => Promise<string>> {
  const { privateKey } = await generateKeyPair('ES256')
  return () =>
    new SignJWT({ workspace: '01900000-0000-7000-8000-000000000000' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'benchmark' })
      .setIssuer('https://plantel.example')
      .setAudience('plantel-team')
      .setSubject('01900000-0000-7000-8000-000000000001')
      .setIssuedAt()
      .setExpirationTime('5m')
      .setJti(crypto.randomUUID())
      .sign(privateKey)
}
