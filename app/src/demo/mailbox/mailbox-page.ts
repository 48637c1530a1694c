import { type Html, html } from '../pages/html.ts'
import { icon } from '../pages/icons.ts'
import type { Language } from '../pages/language.ts'
import { languageLinks, layout } from '../pages/layout.ts'
import type { CapturedMail, MailSummary } from './captured-mail-queries.ts'

interface MailboxMessages {
  title: string
  intro: string
  empty: string
  emptyWhy: string
  pick: string
  to: string
  home: string
  inbox: string
  directory: string
  count: (count: number) => string
  rendered: (subject: string) => string
  plain: string
}

const messages: Record<Language, MailboxMessages> = {
  en: {
    title: 'Mailbox',
    intro: 'Mail that Plantel would have sent. In the demo it goes nowhere but here.',
    empty: 'No mail yet',
    emptyWhy: 'Hire somebody in the directory: their welcome arrives here by itself.',
    pick: 'Pick a message',
    to: 'To',
    home: 'Demo',
    inbox: 'Inbox',
    directory: 'Directory',
    count: (count) => (count === 1 ? '1 message' : `${count} messages`),
    rendered: (subject) => `Message: ${subject}`,
    plain: 'Plain text',
  },
  es: {
    title: 'Correo capturado',
    intro: 'El correo que Plantel habría enviado. En la demo no sale de aquí.',
    empty: 'Todavía no hay correo',
    emptyWhy: 'Contrata a alguien en el directorio: su bienvenida llega sola.',
    pick: 'Elige un mensaje',
    to: 'Para',
    home: 'Demo',
    inbox: 'Buzón',
    directory: 'Directorio',
    count: (count) => (count === 1 ? '1 mensaje' : `${count} mensajes`),
    rendered: (subject) => `Mensaje: ${subject}`,
    plain: 'Texto sin formato',
  },
  'pt-BR': {
    title: 'E-mails capturados',
    intro: 'Os e-mails que o Plantel teria enviado. Na demo, eles não saem daqui.',
    empty: 'Nenhum e-mail ainda',
    emptyWhy: 'Contrate alguém no diretório: as boas-vindas chegam sozinhas.',
    pick: 'Escolha uma mensagem',
    to: 'Para',
    home: 'Demo',
    inbox: 'Caixa de entrada',
    directory: 'Diretório',
    count: (count) => (count === 1 ? '1 mensagem' : `${count} mensagens`),
    rendered: (subject) => `Mensagem: ${subject}`,
    plain: 'Texto puro',
  },
}

/** The captured mail: the list, and the message that is open. */
export function mailboxPage(view: {
  language: Language
  mails: readonly MailSummary[]
  open: CapturedMail | undefined
}): Html {
  const { language, mails, open } = view
  const t = messages[language]
  const path = open === undefined ? '/mailbox' : `/mailbox/${open.id}`
  return layout({
    language,
    title: `${open?.subject ?? t.title} · ${t.title}`,
    look: 'mailbox',
    script: 'mailbox.js',
    body: html`
      <header class="top">
        <div>
          <h1><a href="/mailbox">${icon('mail')} ${t.title}</a></h1>
          <p>${t.intro}</p>
        </div>
        <nav>
          <a href="/">${t.home}</a>
          <a href="/inbox">${t.inbox}</a>
          <a href="/directory">${t.directory}</a>
        </nav>
        ${languageLinks(language, path)}
      </header>
      <main class="${open !== undefined && 'reading'}">
        <section class="mails" aria-label="${t.count(mails.length)}">
          ${
            mails.length === 0
              ? html`<div class="empty">
                  <strong>${t.empty}</strong>
                  <p>${t.emptyWhy}</p>
                </div>`
              : html`<p class="count">${t.count(mails.length)}</p>`
          }
          <ol id="mails" data-latest="${mails[0]?.id ?? ''}">
            ${mails.map((mail) => mailItem(mail, language, open))}
          </ol>
        </section>
        ${
          open === undefined
            ? html`<section class="letter none"><p>${mails.length > 0 && t.pick}</p></section>`
            : letter(open, language)
        }
      </main>
    `,
  })
}

function mailItem(mail: MailSummary, language: Language, open: CapturedMail | undefined): Html {
  return html`<li data-mail="${mail.id}">
    <a href="/mailbox/${mail.id}" ${mail.id === open?.id && html`aria-current="page"`}>
      <span class="to">${mail.recipient}</span>
      <time datetime="${mail.capturedAt.toISOString()}">${time(mail.capturedAt, language)}</time>
      <span class="subject">${mail.subject}</span>
    </a>
  </li>`
}

function letter(mail: CapturedMail, language: Language): Html {
  const t = messages[language]
  return html`<article class="letter">
    <header>
      <a class="back" href="/mailbox" aria-label="${t.title}">${icon('back')}</a>
      <div>
        <h2>${mail.subject}</h2>
        <p>
          ${t.to} ${mail.recipient} ·
          <time datetime="${mail.capturedAt.toISOString()}"
            >${time(mail.capturedAt, language)}</time
          >
        </p>
      </div>
    </header>
    <iframe
      src="/mailbox/${mail.id}/body"
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      title="${t.rendered(mail.subject)}"
    ></iframe>
    <details>
      <summary>${t.plain}</summary>
      <pre tabindex="0">${mail.text}</pre>
    </details>
  </article>`
}

function time(at: Date, language: Language): string {
  return new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  }).format(at)
}
