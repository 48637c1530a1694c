import { html, nothing, type TemplateResult } from 'lit'

import type { MemberSort } from '../../contract/index.ts'
import type { Messages } from '../../i18n/messages.ts'
import type { ColumnId } from './columns.ts'
import { fieldOf, headings, pressed, sorts } from './list-sort.ts'

/** The headings; those that the list can be sorted by are reached from the first row by the arrow keys. */
export function listHeader(
  columns: readonly ColumnId[],
  messages: Messages | undefined,
  sort: MemberSort,
  onSort: (sort: MemberSort) => void,
): TemplateResult {
  const direction = sort.startsWith('-') ? 'descending' : 'ascending'
  return html`<div class="header" part="header" role="row" aria-rowindex="1">
    ${columns.map((id, column) => {
      const natural = sorts[id]
      const label = messages?.[headings[id]]
      // An arrow that is there before its word would be moved by it.
      const isSorted = label && natural && fieldOf(natural) === fieldOf(sort)
      return html`<div
        class="heading ${id}"
        role="columnheader"
        aria-colindex=${column + 1}
        aria-sort=${isSorted ? direction : nothing}
      >
        ${
          natural === undefined
            ? html`<span>${label}</span>`
            : html`<button
                type="button"
                tabindex="-1"
                @click=${() => onSort(pressed(natural, sort))}
              >
                ${label}
              </button>`
        }
      </div>`
    })}
  </div>`
}
