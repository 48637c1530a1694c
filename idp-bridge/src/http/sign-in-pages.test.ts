import { locales } from '@plantel/team'
import { describe, expect, it } from 'vitest'

import { type SignInErrorCode, signInErrorStatus } from '../sign-in/sign-in-error.ts'
import { markup } from './markup.ts'
import { messagesOf } from './preferred-locale.ts'
import { renderWays, renderRefusal, renderWorkspaceForm } from './sign-in-pages.ts'

const attack = `"><script>alert('x')</script>&`

describe('Sign-in pages', () => {
  it('escape what people and administrators have typed in', () => {
    const pages = [
      renderWays('en', {
        workspaceName: attack,
        connections: [{ name: attack, href: `/sso/x/start?${attack}` }],
      }),
      renderWorkspaceForm('en', { action: '/sign-in/x', entered: attack, formTargets: [] }),
      renderRefusal('en', { code: 'member-unknown', reference: attack, workspaceName: attack }),
    ]
    for (const page of pages) {
      expect(page.html).not.toContain('<script>')
      expect(page.html).toContain('&lt;script&gt;')
    }
  })

  it('run no script and load nothing from elsewhere', () => {
    const page = renderWays('en', { workspaceName: 'North', connections: [] })
    expect(page.headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
    expect(page.html).not.toMatch(/https?:|style=|<script/)
  })

  it.each(locales)('have a text for every refusal in %s, and say its code', (locale) => {
    for (const code of Object.keys(signInErrorStatus) as SignInErrorCode[]) {
      const page = renderRefusal(locale, { code, reference: '12345678' })
      expect(page.html).toContain(`<html lang="${locale}">`)
      expect(page.html).toContain(`12345678 · ${code}`)
    }
  })

  it.each(locales)('say in %s whom to ask', (locale) => {
    const { refusals } = messagesOf[locale]
    expect(refusals.noAccount.text('North')).toContain('North')
    expect(refusals.noAccess.text('North')).toContain('North')
    expect(refusals.noAccess.text(undefined)).not.toContain('undefined')
  })
})

describe('markup', () => {
  it('escapes text, keeps markup, joins lists and drops undefined', () => {
    const list = markup`<ul>${['a & b', `'"`].map((text) => markup`<li>${text}</li>`)}</ul>${undefined}`
    expect(list.text).toBe('<ul><li>a &amp; b</li><li>&#39;&quot;</li></ul>')
  })
})
