import { beforeAll, expect, it } from 'vitest'

import { idpMetadata } from '../../testing/idp-metadata.ts'
import { listen } from '../../testing/listen.ts'
import { type CertifiedKey, createCertifiedKey } from '../self-signed-certificate.ts'
import { createMetadataFetch } from './fetch-idp-metadata.ts'
import { MetadataError } from './metadata-error.ts'
import { type IdpMetadata, parseIdpMetadata } from './parse-idp-metadata.ts'

let current: CertifiedKey
let next: CertifiedKey
let weak: CertifiedKey
const now = new Date()
const draft = { entityId: 'https://idp.example/metadata', signOnUrl: 'https://idp.example/sso?a=1' }

beforeAll(async () => {
  ;[current, next, weak] = await Promise.all([
    createCertifiedKey('current'),
    createCertifiedKey('next', { now: new Date('2010-01-01') }),
    createCertifiedKey('weak', { modulusLength: 1024 }),
  ])
})

function read(text: string, entityId?: string): IdpMetadata | string {
  try {
    return parseIdpMetadata(text, { entityId, now })
  } catch (error) {
    if (error instanceof MetadataError) return error.message
    throw error
  }
}

function several(...files: string[]): string {
  const entities = files.map((file) => file.replace(/^.*?(?=<md:Entity)/s, '')).join('')
  return `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${entities}</md:EntitiesDescriptor>`
}

it('finds where to send people and every certificate, and says which should be replaced', () => {
  const certificates = [current, next, weak].map(({ certificate }) => certificate)
  const found = read(idpMetadata({ ...draft, certificates }))
  expect(found).toMatchObject({
    ...draft,
    signOnBinding: 'redirect',
    certificates: [{ warnings: [] }, { warnings: ['expired'] }, { warnings: ['weak-key'] }],
  })
  expect(read(idpMetadata({ ...draft, certificates, binding: 'POST' }))).toMatchObject({
    signOnBinding: 'post',
  })
})

it('asks which of several identity providers is meant', () => {
  const certificates = [current.certificate]
  const other = { entityId: 'urn:other', signOnUrl: 'https://other.example/sso', certificates }
  const file = several(idpMetadata({ ...draft, certificates }), idpMetadata(other))
  expect(read(file)).toBe('several-identity-providers https://idp.example/metadata urn:other')
  expect(read(file, 'urn:other')).toMatchObject({ entityId: 'urn:other' })
  expect(read(file, 'urn:nobody')).toBe('no-identity-provider')
})

it('says what is wrong with what is not metadata', () => {
  const good = idpMetadata({ ...draft, certificates: [current.certificate] })
  expect(read('<!doctype html><title>Sign in</title>')).toBe('html')
  expect(read('<html><body></body></html>')).toBe('html')
  expect(read(good.replace('?>', '?><!DOCTYPE x [<!ENTITY a "b">]>'))).toBe('doctype')
  expect(read(good.slice(0, -9))).toBe('malformed')
  expect(read('')).toBe('malformed')
  expect(read('<rss/>')).toBe('not-metadata rss')
  expect(read(good.replaceAll('IDPSSO', 'SPSSO'))).toBe('no-identity-provider')
  expect(read(idpMetadata({ ...draft, certificates: [] }))).toBe('no-certificate')
  expect(read(good.replace('use="signing"', 'use="encryption"'))).toBe('no-certificate')
  expect(read(good.replace('>\nMII', '>\nAAA'))).toBe('no-certificate unreadable')
  expect(read(good.replace('bindings:HTTP-Redirect', 'bindings:SOAP'))).toBe('no-sign-on-address')
  expect(read(good + ' '.repeat(5_000_000))).toBe('too-large')
})

it('is fetched neither from private addresses nor through redirects nor without end', async () => {
  const server = await listen()
  const origin = `http://127.0.0.1:${server.port}`
  server.handle((req, res) => {
    if (req.url === '/moved') res.writeHead(302, { location: '/' }).end()
    else if (req.url === '/gone') res.writeHead(404).end()
    else if (req.url === '/endless') res.end('x'.repeat(6_000_000))
    else res.end('<metadata/>')
  })
  const fetch = createMetadataFetch([origin])
  expect(await fetch(origin)).toBe('<metadata/>')
  await expect(fetch(`${origin}/moved`)).rejects.toMatchObject({ code: 'redirected' })
  await expect(fetch(`${origin}/gone`)).rejects.toMatchObject({ code: 'unreachable' })
  await expect(fetch(`${origin}/endless`)).rejects.toMatchObject({ code: 'too-large' })
  const guarded = createMetadataFetch([])
  await expect(guarded(origin)).rejects.toMatchObject({ code: 'refused' })
  await expect(guarded('https://127.0.0.1/metadata')).rejects.toMatchObject({ code: 'refused' })
  await server.close()
})
