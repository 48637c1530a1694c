import { describe, expect, it } from 'vitest'

import { preferredLocale } from './preferred-locale.ts'

describe('preferredLocale', () => {
  it.each([
    [undefined, undefined, 'en'],
    ['', 'es', 'es'],
    ['de', 'pt-BR', 'pt-BR'],
    ['de, *;q=0.1', 'es', 'es'],
    ['es-MX', undefined, 'es'],
    ['pt', undefined, 'pt-BR'],
    ['pt-PT,en;q=0.9', 'en', 'pt-BR'],
    ['en;q=0.2, ES-ar;q=0.8', undefined, 'es'],
    ['es;q=0, en', 'es', 'en'],
    ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7', 'es', 'en'],
    ['ja', 'ja', 'en'],
  ])('answers %j in a workspace that speaks %j with %s', (header, fallback, locale) => {
    expect(preferredLocale(header, fallback)).toBe(locale)
  })
})
