import { describe, expect, it } from 'vitest'

import { matchLanguage } from './language.ts'

describe('matchLanguage', () => {
  it.each([
    ['es-MX,es;q=0.9,en;q=0.8', 'es'],
    ['pt,en;q=0.5', 'pt-BR'],
    ['de-DE,de;q=0.9', 'en'],
    ['fr, es;q=0.3, pt-BR;q=0.7', 'pt-BR'],
    ['es;q=0, en', 'en'],
    ['', 'en'],
  ])('understands %j as %s', (header, language) => {
    expect(matchLanguage(header)).toBe(language)
  })
})
