import { describe, expect, it } from 'vitest'

import { html } from './html.ts'

const hostile = `<script>alert("1")</script>'&`

describe('html', () => {
  it('escapes every value, in elements and in quoted attributes', () => {
    const page = html`<p title="${hostile}">${hostile}</p>`
    const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;'
    expect(page.text).toBe(`<p title="${escaped}">${escaped}</p>`)
  })

  it('keeps markup of its own, joins lists and escapes their texts', () => {
    const items = ['<a>', 'b'].map((item) => html`<b>${item}</b>`)
    expect(html`${items}${['<c>', 1]}`.text).toBe('<b>&lt;a&gt;</b><b>b</b>&lt;c&gt;1')
  })

  it('leaves out what is absent, but not zero', () => {
    expect(html`${undefined}${null}${false}${''}${0}`.text).toBe('0')
  })
})
