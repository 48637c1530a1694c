import type { Company } from '../companies/company.ts'
import { companies } from '../companies/index.ts'
import { avatar } from '../pages/avatar.ts'
import { type Html, html } from '../pages/html.ts'
import { icon } from '../pages/icons.ts'
import type { Language } from '../pages/language.ts'
import { languageLinks, layout } from '../pages/layout.ts'
import { directoryNames } from '../seed/company-workspace.ts'
import { directoryMessages } from './directory-messages.ts'
import {
  type DirectoryPerson,
  type DirectoryState,
  displayName,
  groupsOf,
} from './directory-state.ts'
import { logEntry } from './log-entry.ts'
import type { ScimExchange } from './request-log.ts'

/** What the page says about the action that was just done, or refused. */
export interface Notice {
  kind: 'done' | 'failed'
  text: string
}

/** The admin page of one company's directory. */
export function directoryPage(view: {
  language: Language
  company: Company
  state: DirectoryState
  exchanges: readonly ScimExchange[]
  notice: Notice | undefined
}): Html {
  const { language, company, state } = view
  const t = directoryMessages[language]
  const base = `/directory/${company.slug}`
  const hiring = state.groups.find((group) => group.name === company.hiringGroup)
  return layout({
    language,
    title: `${t.title} · ${company.name}`,
    look: 'directory',
    script: 'directory.js',
    body: html`
      <header class="bar">
        <a class="brand" href="/">${icon('building')} <span>${t.title}</span></a>
        <span class="tag">${t.simulated}</span>
        <nav class="switch" aria-label="${t.companies}">
          ${companies.map(
            ({ slug, name }) =>
              html`<a
                href="/directory/${slug}"
                ${slug === company.slug && html`aria-current="page"`}
                >${name}</a
              >`,
          )}
        </nav>
        ${languageLinks(language, base)}
      </header>
      <main>
        <div class="heading">
          <div>
            <h1>${company.name}</h1>
            <p class="subtle">
              <span class="vendor ${company.directory}">${directoryNames[company.directory]}</span>
              <span>${t.behavesLike(directoryNames[company.directory])}</span>
              <span id="count">${t.people(state.people.length)}</span>
            </p>
          </div>
          <div class="hire">
            ${
              hiring !== undefined &&
              html`<form method="post" action="${base}/hire" data-action>
                <button class="primary" name="group" value="${hiring.id}">
                  ${icon('plus')} ${t.hireInto(hiring.name)}
                </button>
              </form>`
            }
            <form method="post" action="${base}/hire" class="joined" data-action>
              <label class="sr-only" for="hire-group">${t.otherGroup}</label>
              <select id="hire-group" name="group">
                ${state.groups
                  .filter((group) => group !== hiring)
                  .map((group) => html`<option value="${group.id}">${group.name}</option>`)}
              </select>
              <button>${t.hire}</button>
            </form>
          </div>
        </div>
        <div id="notice" role="status" aria-live="polite">
          ${
            view.notice !== undefined &&
            html`<p class="notice ${view.notice.kind}">
              ${view.notice.text}
              ${
                view.notice.kind === 'done' &&
                html` <a href="/inbox/team?company=${company.slug}">${t.watch} ${icon('arrow')}</a>`
              }
            </p>`
          }
        </div>
        <div class="columns">
          <section class="panel" aria-labelledby="people-title">
            <div class="panel-head">
              <h2 id="people-title">${t.peopleTitle}</h2>
              <label class="sr-only" for="search">${t.search}</label>
              <input id="search" type="search" placeholder="${t.search}" autocomplete="off" />
            </div>
            <table id="people">
              <thead>
                <tr>
                  <th scope="col">${t.columnPerson}</th>
                  <th scope="col">${t.columnGroups}</th>
                  <th scope="col">${t.columnState}</th>
                  <th scope="col">${t.columnActions}</th>
                </tr>
              </thead>
              <tbody>
                ${state.people.map((person) => personRow(person, view, base))}
              </tbody>
            </table>
          </section>
          <section class="panel log" aria-labelledby="log-title">
            <div class="panel-head">
              <h2 id="log-title">${t.log}</h2>
              <p class="subtle">${t.logHint}</p>
            </div>
            <ol id="log" data-stream="${base}/log" tabindex="0" aria-labelledby="log-title">
              ${view.exchanges.toReversed().map((exchange) => logEntry(exchange, language))}
            </ol>
            <p class="empty">${t.logEmpty}</p>
          </section>
        </div>
      </main>
    `,
  })
}

function personRow(
  person: DirectoryPerson,
  { language, company, state }: { language: Language; company: Company; state: DirectoryState },
  base: string,
): Html {
  const t = directoryMessages[language]
  const name = displayName(person)
  const groups = groupsOf(state, person.id)
  const action = `${base}/people/${person.id}`
  const step = person.active ? 'leave' : 'come-back'
  const stepLabel = person.active ? t.leave : t.comeBack
  return html`<tr data-person="${person.id}" class="${person.active ? '' : 'left'}">
    <th scope="row">
      <span class="person">
        ${avatar(name)}
        <span><span class="name">${name}</span><span class="mail">${person.userName}</span></span>
      </span>
    </th>
    <td>
      <span class="chips">
        ${
          groups.length === 0
            ? html`<span class="subtle">${t.noGroup}</span>`
            : groups.map((group) => html`<span class="chip">${group.name}</span>`)
        }
      </span>
    </td>
    <td>
      <span class="state ${person.active ? 'on' : 'off'}"
        >${person.active ? t.active : t.left}</span
      >
    </td>
    <td>
      <div class="actions">
        <form method="post" action="${action}/move" class="joined" data-action>
          <select name="group" aria-label="${t.moveTo(name)}">
            ${state.groups
              .filter((group) => groups.length !== 1 || group !== groups[0])
              .map((group) => html`<option value="${group.id}">${group.name}</option>`)}
          </select>
          <button aria-label="${t.actionFor(t.move, name)}">${t.move}</button>
        </form>
        <form method="post" action="${action}/${step}" data-action>
          <button aria-label="${t.actionFor(stepLabel, name)}">${stepLabel}</button>
        </form>
        <form method="post" action="${action}/delete" data-action>
          <button
            class="quiet danger"
            aria-label="${t.actionFor(t.delete, name)}"
            ${company.directory === 'okta' && html`title="${t.deleteHint}"`}
          >
            ${t.delete}
          </button>
        </form>
      </div>
    </td>
  </tr>`
}
