import { html, nothing, type TemplateResult } from 'lit'

import type { MemberQuery } from '../../api/team-api.ts'
import type {
  MemberSort,
  MemberState,
  NamedReference,
  TeamWorkspace,
} from '../../contract/index.ts'
import type { Messages } from '../../i18n/messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import { sortChoices } from './list-sort.ts'

const states: readonly MemberState[] = ['active', 'invited', 'suspended']

/** What is shown behind the button for more filters. */
export interface MoreFilters {
  isOpen: boolean
  toggle: () => void
}

/** Search, filters, and without headings the order; what the workspace has not told yet cannot be chosen yet. */
export function listToolbar(
  query: MemberQuery,
  messages: Messages,
  workspace: TeamWorkspace | undefined,
  isCards: boolean,
  more: MoreFilters,
  onQuery: (change: Partial<MemberQuery>) => void,
): TemplateResult {
  const { channel, source, activeSince, notActiveSince } = query
  const chosen = [channel, source, activeSince ?? notActiveSince].filter(Boolean).length
  const roles = workspace?.roles.map((role) => ({ id: role.id, name: roleName(role, messages) }))
  const stateNames = states.map((id) => ({ id, name: messages.states[id] }))
  return html`<div class="toolbar" part="toolbar">
    <slot name="toolbar-start"></slot>
    <label class="search" part="search">
      <span class="visually-hidden">${messages.search}</span>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="7" cy="7" r="4.5" />
        <path d="m10.5 10.5 3.5 3.5" />
      </svg>
      <input
        type="search"
        part="input"
        autocomplete="off"
        spellcheck="false"
        enterkeyhint="search"
        placeholder=${messages.searchHint}
        .value=${query.search}
        @input=${(event: Event) => onQuery({ search: valueOf(event).trim() })}
      />
    </label>
    <div class="filters">
      ${filter(messages.state, stateNames, query.state, (state) =>
        onQuery({ state: state as MemberState | null }),
      )}
      ${filter(messages.role, roles, query.role, (role) => onQuery({ role }))}
      ${filter(messages.department, workspace?.departments, query.department, (department) =>
        onQuery({ department }),
      )}
      ${
        isCards
          ? filter(messages.sort, sortChoices(messages), query.sort, (sort) =>
              onQuery({ sort: sort as MemberSort | null }),
            )
          : nothing
      }
      <button
        type="button"
        class="more-filters"
        part="button"
        aria-expanded=${more.isOpen}
        ?data-chosen=${chosen > 0}
        @click=${more.toggle}
      >
        ${messages.moreFilters(chosen)}
      </button>
    </div>
    <slot name="toolbar-end"></slot>
  </div>`
}

function filter(
  label: string,
  choices: readonly NamedReference[] | undefined,
  chosen: string | null,
  onChoice: (id: string | null) => void,
): TemplateResult {
  return html`<label class="filter" ?data-chosen=${chosen !== null}>
    <span class="visually-hidden">${label}</span>
    <select
      ?disabled=${choices === undefined}
      @change=${(event: Event) => onChoice(valueOf(event) || null)}
    >
      <option value="">${label}</option>
      ${choices?.map(
        ({ id, name }) => html`<option value=${id} .selected=${id === chosen}>${name}</option>`,
      )}
    </select>
  </label>`
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value
}
