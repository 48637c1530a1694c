import { html, nothing, type TemplateResult } from 'lit'

import type { MemberRow, NamedReference } from '../../contract/index.ts'
import type { MemberChange } from '../../controllers/members-controller.ts'
import type { Localization } from '../../i18n/locales.ts'
import type { Phrasing } from '../../i18n/phrasing.ts'
import { roleName } from '../../i18n/role-name.ts'
import { avatar } from './avatar.ts'
import type { ColumnId, ListLayout } from './columns.ts'

/** Where a row stands and what is around it. */
export interface RowPlace {
  /** Counted from zero without the header. */
  row: number
  topPx: number
  layout: ListLayout
  /** The column of the grid's one tab stop, if it is in this row. */
  tabStop: number | null
  highlight: MemberChange['kind'] | undefined
  /** Undefined where nobody can be chosen; `later` where it is not known yet, and nothing may move then. */
  picked: boolean | 'later' | undefined
}

type Cell = (member: MemberRow, text: Localization, now: number, chips: number) => unknown

const cells: Record<ColumnId, Cell> = {
  person: (member, text) =>
    html`${avatar(member, text)}<span class="identity"
        ><span class="name"
          ><bdi title=${member.displayName}>${member.displayName}</bdi>${
            member.isYou ? html`<span class="mark">${text.messages.you}</span>` : nothing
          }</span
        ><span class="address" title=${member.email ?? member.userName}
          >${member.email ?? member.userName}</span
        ></span
      >`,

  role: ({ role, noRoleReason, isOwner }, { messages }) =>
    role === null
      ? html`<span class="no-access">${messages.noAccess}</span>${
            noRoleReason &&
            html`<span class="reason">${messages.noRoleReasons[noRoleReason]}</span>`
          }`
      : isOwner
        ? html`<b class="mark owner">${messages.roleNames.owner}</b>`
        : roleName(role, messages),

  departments: ({ departments }, { messages, phrasing }, _now, chips) =>
    departments.length === 0
      ? nothing
      : html`${departments.slice(0, chips).map(({ name }) => html`<span class="chip" title=${name}>${name}</span>`)}${
          departments.length > chips
            ? html`<span
                class="more"
                role="img"
                title=${namesOf(departments.slice(chips), phrasing)}
                aria-label=${messages.more(departments.length - chips)}
                >+${phrasing.number(departments.length - chips)}</span
              >`
            : nothing
        }`,

  channels: ({ channels }, { phrasing }) =>
    channels.length === 0
      ? nothing
      : html`<span class="names" title=${namesOf(channels, phrasing)}
          >${channels.map(({ name }) => name).join(' · ')}</span
        >`,

  state: ({ state }, { messages }) =>
    html`<span class="badge ${state}" part="status badge">${messages.states[state]}</span>`,

  activity: ({ presence, lastActiveAt }, { messages, phrasing }, now) => {
    if (presence === 'online') return html`<span class="online">${messages.presence.online}</span>`
    if (lastActiveAt === null) return html`<span class="never">${messages.never}</span>`
    const time = new Date(lastActiveAt)
    return html`<time datetime=${lastActiveAt} title=${phrasing.dateAndTime(time)}
      >${phrasing.ago(time, now)}</time
    >`
  },

  source: ({ managedBy }, { messages }) =>
    managedBy === null
      ? html`<span class="here">${messages.managedHere}</span>`
      : html`<span class="managed" part="badge">${messages.managedBy(managedBy.name)}</span>`,

  menu: () => nothing,
}

/** One member as a row of the grid, or a card where it is narrow. */
export function memberRow(
  member: MemberRow,
  text: Localization,
  now: number,
  place: RowPlace,
): TemplateResult {
  const { row, layout, tabStop, highlight, picked } = place
  const { displayName } = member
  const isRoomy = picked === 'later'
  return html`<div
    class="row ${member.state} ${highlight} ${isRoomy ? 'roomy' : ''}"
    part="row"
    role="row"
    data-row=${row}
    aria-rowindex=${row + 2}
    aria-selected=${isRoomy ? nothing : (picked ?? nothing)}
    .style=${placeAt(place.topPx)}
  >
    ${layout.columns.map(
      (id, column) =>
        html`<div
          class="cell ${id}"
          role=${id === 'person' ? 'rowheader' : 'gridcell'}
          aria-colindex=${column + 1}
          aria-haspopup=${id === 'person' ? 'dialog' : id === 'menu' ? id : nothing}
          aria-label=${id === 'menu' ? text.messages.actionsFor(displayName) : nothing}
          tabindex=${column === tabStop ? 0 : -1}
        >
          ${cells[id](member, text, now, layout.chips)}
        </div>`,
    )}
  </div>`
}

/** The same geometry without a member, while one is read. */
export function emptyRow(place: Pick<RowPlace, 'topPx' | 'layout'>): TemplateResult {
  return html`<div class="row skeleton" aria-hidden="true" .style=${placeAt(place.topPx)}>
    ${place.layout.columns.map((id) => html`<div class="cell ${id}"><span class="bar"></span></div>`)}
  </div>`
}

/** For the `style` property: a `style` attribute is what a strict Content Security Policy forbids. */
function placeAt(topPx: number): string {
  return `transform:translateY(${topPx}px)`
}

function namesOf(references: readonly NamedReference[], phrasing: Phrasing): string {
  return phrasing.list(references.map(({ name }) => name))
}
