import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'

import type { MemberQuery } from '../../api/team-api.ts'
import type { MemberSort, TeamWorkspace } from '../../contract/index.ts'
import { everybody } from '../../controllers/members-controller.ts'
import type { FilterMessages } from '../../i18n/filters/filter-messages.ts'
import { loadWords } from '../../i18n/load-words.ts'
import type { Localization } from '../../i18n/locales.ts'
import { property, state } from '../../screens/reactive.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { button, selectField } from '../parts/controls.ts'
import { formStyles } from '../parts/form.styles.ts'
import { sortChoices } from '../team-member-list/list-sort.ts'
import { activeDays, daysOf, querySince } from './active-days.ts'
import { teamFiltersStyles } from './team-filters.styles.ts'

const sources = ['directory', 'invitation', 'manual'] as const

/** The filters that are seldom needed: how somebody came, their channels, when they were last there; and every order. */
export class TeamFilters extends LitElement {
  static readonly tag = 'team-filters'
  static override styles = [baseStyles, formStyles, teamFiltersStyles]
  static override properties = {
    text: property,
    query: property,
    workspace: property,
    hasHeadings: property,
    ask: property,
    words: state,
  }

  text!: Localization
  query: MemberQuery = everybody
  workspace: TeamWorkspace | undefined
  /** Without headings the order is chosen in the toolbar. */
  hasHeadings = true
  ask: (change: Partial<MemberQuery>) => void = () => undefined

  private words: FilterMessages | undefined

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('text')) void this.#speak()
  }

  async #speak(): Promise<void> {
    this.words = await loadWords('filters', this.text)
  }

  protected override render(): TemplateResult | typeof nothing {
    const { words, query, ask, workspace } = this
    if (words === undefined) return nothing
    const { messages } = this.text
    const { sort, ...filter } = query
    const now = Date.now()
    return html`<div class="grid" role="group" aria-label=${messages.moreFilters(0)}>
      ${selectField(
        {
          id: 'source',
          label: messages.source,
          value: query.source,
          none: words.any,
          choices: sources.map((id) => [id, words.sources[id]]),
        },
        (source) => ask({ source: (source || null) as MemberQuery['source'] }),
      )}
      ${
        workspace === undefined || workspace.channels.length === 0
          ? nothing
          : selectField(
              {
                id: 'channel',
                label: messages.channels,
                value: query.channel,
                none: words.any,
                choices: workspace.channels.map(({ id, name }) => [id, name]),
              },
              (channel) => ask({ channel: channel || null }),
            )
      }
      ${selectField(
        {
          id: 'active',
          label: messages.lastActive,
          value: String(daysOf(query, now)),
          none: words.any,
          choices: activeDays.map((days) => [
            String(days),
            days > 0 ? words.activeWithin(days) : words.inactiveFor(-days),
          ]),
        },
        (days) => ask(querySince(Number(days), now)),
      )}
      ${
        this.hasHeadings
          ? selectField(
              {
                id: 'sort',
                label: messages.sort,
                value: sort ?? 'name',
                choices: sortChoices(messages).map(({ id, name }) => [id, name]),
              },
              (sort) => ask({ sort: sort as MemberSort }),
            )
          : nothing
      }
      ${button(messages.clearFilters, () => ask({ ...everybody, sort }), {
        kind: 'plain',
        isDisabled: !Object.values(filter).some(Boolean),
      })}
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-filters': TeamFilters
  }
}
