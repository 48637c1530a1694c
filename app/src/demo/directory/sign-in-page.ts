import type { Company } from '../companies/company.ts'
import { avatar } from '../pages/avatar.ts'
import { type Html, html } from '../pages/html.ts'
import type { Language } from '../pages/language.ts'
import { layout } from '../pages/layout.ts'
import { directoryNames } from '../seed/company-workspace.ts'
import { directoryMessages } from './directory-messages.ts'
import { type DirectoryState, displayName, groupsOf } from './directory-state.ts'

/** "Choose who you are": stands in for the password and second factor of a real directory. */
export function signInPage(view: {
  language: Language
  company: Company
  state: DirectoryState
  /** Where the choice is posted. */
  action: string
}): Html {
  const { company, state } = view
  const t = directoryMessages[view.language]
  const people = state.people
    .filter((person) => person.active)
    .toSorted((a, b) => displayName(a).localeCompare(displayName(b), view.language))
  return layout({
    language: view.language,
    title: `${t.signIn} · ${company.name}`,
    look: 'directory',
    script: 'directory.js',
    body: html`<main class="sign-in">
      <p class="subtle">
        <span class="vendor ${company.directory}">${directoryNames[company.directory]}</span>
        <span class="tag">${t.simulated}</span>
      </p>
      <h1>${company.name}</h1>
      <p class="lead">${t.signInHint} ${t.signInTo}.</p>
      <label class="sr-only" for="search">${t.search}</label>
      <input id="search" type="search" placeholder="${t.search}" autocomplete="off" />
      <form method="post" action="${view.action}">
        <ul class="choose">
          ${people.map((person) => {
            const name = displayName(person)
            return html`<li data-person="${person.id}">
              <button name="person" value="${person.id}">
                ${avatar(name)}
                <span
                  ><span class="name">${name}</span
                  ><span class="mail"
                    >${groupsOf(state, person.id)
                      .map((group) => group.name)
                      .join(' · ')}</span
                  ></span
                >
              </button>
            </li>`
          })}
        </ul>
      </form>
      <p class="subtle">${t.inactiveHint}</p>
    </main>`,
  })
}

/** Posts the fields to another site, by itself where there are scripts. */
export function forwardPage(
  language: Language,
  action: string,
  fields: Readonly<Record<string, string>>,
): Html {
  const t = directoryMessages[language]
  return layout({
    language,
    title: t.signIn,
    look: 'directory',
    script: 'directory.js',
    body: html`<main class="sign-in">
      <h1>${t.signIn}</h1>
      <form method="post" action="${action}" data-forward>
        ${Object.entries(fields).map(
          ([name, value]) => html`<textarea name="${name}" hidden>${value}</textarea>`,
        )}
        <button class="button">${t.signInGoOn}</button>
      </form>
    </main>`,
  })
}

/** When the sign-in was begun too long ago, or in another browser. */
export function signInOverPage(language: Language): Html {
  const t = directoryMessages[language]
  return layout({
    language,
    title: t.signIn,
    look: 'directory',
    body: html`<main class="sign-in">
      <h1>${t.signIn}</h1>
      <p class="lead">${t.signInExpired}</p>
      <p><a class="button" href="/inbox">${t.signInAgain}</a></p>
    </main>`,
  })
}
