import { type Company, companyEmail } from '../companies/company.ts'
import { companies } from '../companies/index.ts'
import { federationRuntimePath } from '../http/federation-modules.ts'
import { avatar } from '../pages/avatar.ts'
import { type Html, html, type HtmlValue } from '../pages/html.ts'
import { icon } from '../pages/icons.ts'
import type { Language } from '../pages/language.ts'
import { languageLinks, layout } from '../pages/layout.ts'
import type { Activity } from './activity.ts'
import type { Conversation } from './conversation.ts'
import { inboxMessages } from './inbox-messages.ts'
import type { Visitor } from './inbox-sessions.ts'

/** Everything the inbox's frame shows around a page. */
export interface InboxView {
  language: Language
  company: Company
  visitor: Exclude<Visitor, { kind: 'ended' }>
  activities: readonly Activity[]
}

/** The conversation list, and the thread that is open. */
export function conversationsPage(
  view: InboxView & {
    conversations: readonly Conversation[]
    /** How many there are, seen or not. */
    total: number
    open: Conversation | undefined
  },
): Html {
  const { company, conversations, open } = view
  const t = inboxMessages[view.language]
  return frame(view, 'conversations', t.conversations, [
    html`<section class="list ${open !== undefined && 'beside'}" aria-labelledby="list-title">
      <div class="list-head">
        <h2 id="list-title">${t.conversations}</h2>
        <span class="count">${t.visible(conversations.length, view.total)}</span>
      </div>
      ${
        conversations.length === 0 &&
        html`<div class="none">
          <strong>${t.noneVisible}</strong>
          <p>${t.noneVisibleWhy}</p>
        </div>`
      }
      <ul>
        ${conversations.map((conversation) => listItem(conversation, view, open))}
      </ul>
    </section>`,
    open === undefined
      ? html`<section class="thread empty">
          <p>${icon('inbox')}<br />${t.pick}</p>
        </section>`
      : thread(open, view, company),
  ])
}

function listItem(
  conversation: Conversation,
  { language, company }: InboxView,
  open: Conversation | undefined,
): Html {
  const t = inboxMessages[language]
  const last = conversation.messages.at(-1)
  return html`<li>
    <a
      href="/inbox/conversations/${conversation.id}"
      ${conversation === open && html`aria-current="page"`}
    >
      ${avatar(conversation.customer)}
      <span class="summary">
        <span class="row">
          <span class="customer">${conversation.customer}</span>
          ${last !== undefined && time(last.at, language)}
        </span>
        <span class="row">
          <span class="preview">${last?.text}</span>
          ${
            conversation.unread > 0 &&
            html`<span class="unread"
              >${conversation.unread}<span class="sr-only">
                ${t.unread(conversation.unread)}</span
              ></span
            >`
          }
        </span>
        <span class="row labels">
          <span class="channel ${channelKind(conversation.channel)}"
            >${channelName(company, conversation.channel)}</span
          >
          <span class="label">${conversation.department ?? t.unassigned}</span>
        </span>
      </span>
    </a>
  </li>`
}

function thread(conversation: Conversation, view: InboxView, company: Company): Html {
  const { language } = view
  const t = inboxMessages[language]
  return html`<section class="thread" aria-label="${t.messagesWith(conversation.customer)}">
    <header>
      <a class="back" href="/inbox" aria-label="${t.back}">${icon('back')}</a>
      ${avatar(conversation.customer)}
      <div>
        <h2>${conversation.customer}</h2>
        <p>${conversation.handle} · ${channelName(company, conversation.channel)}</p>
      </div>
      <span class="assignee">${assigneeName(company, conversation) ?? t.unassigned}</span>
    </header>
    <ol tabindex="0" aria-label="${t.messagesWith(conversation.customer)}">
      ${conversation.messages.map(
        (message) =>
          html`<li class="${message.from === 'team' ? 'ours' : 'theirs'}">
            <p>${message.text}</p>
            ${time(message.at, language)}
          </li>`,
      )}
    </ol>
    <form method="post" action="/inbox/conversations/${conversation.id}">
      <label class="sr-only" for="text">${t.write}</label>
      <input
        id="text"
        name="text"
        required
        maxlength="2000"
        autocomplete="off"
        placeholder="${t.write}"
      />
      <button aria-label="${t.send}">${icon('send')}</button>
    </form>
  </section>`
}

/** Settings → Team: the page that embeds Plantel's widget. */
export function teamPage(view: InboxView & { plantelUrl: string }): Html {
  const t = inboxMessages[view.language]
  return frame(
    view,
    'team',
    t.team,
    html`<section class="settings">
      <div class="crumbs">${t.settings} <span aria-hidden="true">›</span> ${t.team}</div>
      <div
        id="team"
        data-plantel="${view.plantelUrl}"
        data-workspace="${view.company.slug}"
        data-locale="${view.language}"
        data-runtime="${federationRuntimePath}"
      >
        <p class="loading" role="status">${t.teamLoading}</p>
        <div class="broken" role="alert" hidden>
          <strong>${t.teamFailed}</strong>
          <p>${t.teamFailedWhy}</p>
          <a class="button" href="/inbox/team">${t.retry}</a>
        </div>
      </div>
      <p class="about">${t.teamIntro}</p>
    </section>`,
    'team.js',
  )
}

function frame(
  view: InboxView,
  place: 'conversations' | 'team',
  title: string,
  content: HtmlValue,
  script = 'inbox.js',
): Html {
  const { language, company, visitor } = view
  const t = inboxMessages[language]
  const isOwner = visitor.kind === 'owner'
  const name = isOwner ? company.owner.displayName : visitor.name
  return layout({
    language,
    title: `${title} · ${company.name} · Buzón`,
    look: 'inbox',
    script,
    body: html`
      <header class="identity">
        <p>
          ${
            isOwner
              ? html`<strong>${t.youAreOwner(name)}</strong> <span>${t.youAreOwnerWhy}</span>`
              : html`<strong>${t.youAre(name, visitor.access.roleName)}</strong>`
          }
        </p>
        <div class="identity-actions">
          <a class="button" href="/inbox/sign-in${!isOwner && html`?again=1`}"
            >${icon('key')} ${isOwner ? t.signIn : t.signInAsOther}</a
          >
          ${
            !isOwner &&
            html`<form method="post" action="/inbox/sign-out"><button>${t.signOut}</button></form>`
          }
          <form method="post" action="/inbox/switch" class="company">
            <label class="sr-only" for="company">${t.company}</label>
            <select id="company" name="company">
              ${companies.map(
                ({ slug, name }) =>
                  html`<option value="${slug}" ${slug === company.slug && html`selected`}>
                    ${name}
                  </option>`,
              )}
            </select>
            <button>${t.switch}</button>
          </form>
        </div>
      </header>
      <div class="app">
        <nav class="rail" aria-label="Buzón">
          <a class="logo" href="/" title="${t.home}"><span class="sr-only">${t.home}</span></a>
          ${railLink('/inbox', icon('inbox'), t.chats, place === 'conversations')}
          ${railLink('/inbox/team', icon('team'), t.team, place === 'team')}
          <span class="gap"></span>
          ${railLink(`/directory/${company.slug}`, icon('building'), t.directory, false)}
          ${railLink('/mailbox', icon('mail'), t.mailbox, false)}
          <span class="me">${avatar(name)}<span class="sr-only">${name}</span></span>
        </nav>
        <main class="${place}">
          <h1 class="sr-only">${title}</h1>
          ${content}
        </main>
        ${toldPanel(view, place)}
      </div>
    `,
  })
}

function railLink(href: string, icon: Html, label: string, current: boolean): Html {
  return html`<a href="${href}" ${current && html`aria-current="page"`}
    >${icon}<span>${label}</span></a
  >`
}

function toldPanel({ language, activities }: InboxView, place: string): Html {
  const t = inboxMessages[language]
  return html`<section class="told" aria-labelledby="told-title" tabindex="0">
    <h2 id="told-title">${t.told}</h2>
    <ol id="told" data-stream="/inbox/events" aria-live="polite">
      ${activities
        .toReversed()
        .map(
          (activity) =>
            html`<li data-activity="${activity.id}">
              <span>${t.tell(activity)}</span>${time(activity.at, language)}
            </li>`,
        )}
    </ol>
    <p class="hint">${t.toldEmpty}</p>
    ${languageLinks(language, place === 'team' ? '/inbox/team' : '/inbox')}
  </section>`
}

/** A page with one thing to say: the access ended, the sign-in failed, Plantel is away. */
export function noticePage(
  language: Language,
  kind: 'ended' | 'failed' | 'unavailable' | 'notFound',
  name = '',
): Html {
  const t = inboxMessages[language]
  const [title, why] = {
    ended: [t.ended(name), t.endedWhy],
    failed: [t.failed, t.failedWhy],
    unavailable: [t.unavailable, t.unavailableWhy],
    notFound: [t.notFound, ''],
  }[kind]
  return layout({
    language,
    title: `${title} · Buzón`,
    look: 'inbox',
    body: html`<main class="notice-page">
      <span class="logo"></span>
      <h1>${title}</h1>
      <p>${why}</p>
      <div class="identity-actions">
        ${
          kind === 'unavailable' || kind === 'notFound'
            ? html`<a class="button" href="/inbox">${kind === 'notFound' ? t.back : t.retry}</a>`
            : html`<a class="button" href="/inbox/sign-in?again=1"
                  >${icon('key')} ${t.signInAsOther}</a
                >
                <form method="post" action="/inbox/owner"><button>${t.backToOwner}</button></form>`
        }
      </div>
    </main>`,
  })
}

function time(at: Date, language: Language): Html {
  const sameDay = Date.now() - at.getTime() < 20 * 60 * 60 * 1000
  const text = new Intl.DateTimeFormat(
    language,
    sameDay ? { timeStyle: 'short' } : { day: 'numeric', month: 'short' },
  ).format(at)
  return html`<time datetime="${at.toISOString()}">${text}</time>`
}

function assigneeName(company: Company, { assignee }: Conversation): string | undefined {
  const employee = company.employees.find((one) => companyEmail(company, one) === assignee)
  return employee && `${employee.givenName} ${employee.familyName}`
}

function channelName(company: Company, key: string): string {
  return company.channels.find((channel) => channel.key === key)?.name ?? key
}

function channelKind(key: string): string {
  return key.startsWith('whatsapp') ? 'whatsapp' : 'instagram'
}
