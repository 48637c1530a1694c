import { describe, expect, it } from 'vitest'

import { html } from './html.ts'
import { renderWelcomeMail } from './welcome-mail.ts'

const welcome = {
  workspaceId: 'w',
  workspaceName: 'Acme',
  brand: null,
  recipient: 'ana@acme.example',
  name: 'Ana',
  role: 'Agente',
  departments: ['Ventas-MX'],
  language: 'es-MX',
  hasWorkAccount: true,
}

describe('the welcome mail', () => {
  it.each([
    ['es-MX', /Te damos la bienvenida al equipo de Acme/],
    ['pt-BR', /Boas-vindas à equipe da Acme/],
    ['pt-PT', /Boas-vindas/],
    ['en-GB', /Welcome to the Acme team/],
    ['fr', /Welcome to the Acme team/],
  ])('speaks the nearest language to %s', (language, subject) => {
    const mail = renderWelcomeMail({ ...welcome, language })
    expect(mail.subject).toMatch(subject)
    expect(mail.recipient).toBe('ana@acme.example')
  })

  it('says role and departments in text and in HTML', () => {
    const mail = renderWelcomeMail({ ...welcome, departments: ['Ventas-MX', 'Soporte'] })
    for (const body of [mail.text, mail.html]) {
      expect(body).toContain('Agente')
      expect(body).toContain('Tus departamentos: Ventas-MX y Soporte.')
    }
  })

  it('leaves departments out when there are none', () => {
    const { text } = renderWelcomeMail({ ...welcome, departments: [] })
    expect(text).not.toContain('epartamento')
  })

  it('shows a name as it is, whatever is in it', () => {
    const mail = renderWelcomeMail({ ...welcome, name: '<img src=x onerror="a()">' })
    expect(mail.html).not.toContain('<img')
    expect(mail.html).toContain('&lt;img src=x onerror=&quot;a()&quot;&gt;')
    expect(mail.text).toContain('<img')
  })
})

it('keeps HTML that was built the same way', () => {
  expect(html`<p>${html`<b>${'&'}</b>`}</p>`.html).toBe('<p><b>&amp;</b></p>')
})
