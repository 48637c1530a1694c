import { createPrivateKey, X509Certificate } from 'node:crypto'

import { expect, it } from 'vitest'

import { createCertifiedKey } from './self-signed-certificate.ts'

it('makes certificates that OpenSSL reads, of either time format, signed by their own key', async () => {
  for (const now of [new Date('2026-01-01T00:00:00Z'), new Date('2045-01-01T00:00:00Z')]) {
    const made = await createCertifiedKey('Plantel ñ', { now })
    const certificate = new X509Certificate(made.certificate)
    expect(certificate.subject).toBe('CN=Plantel ñ')
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.checkPrivateKey(createPrivateKey(made.privateKey))).toBe(true)
    expect(new Date(certificate.validFrom)).toEqual(now)
    expect(new Date(certificate.validTo)).toEqual(made.expiresAt)
    expect(certificate.ca).toBe(false)
  }
})
