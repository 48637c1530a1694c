import { html, nothing, type TemplateResult } from 'lit'

import { ask } from '../../api/ask.ts'
import type { AuditEntry, AuditPage } from '../../contract/index.ts'
import type { ActivityMessages } from '../../i18n/activity/activity-messages.ts'
import { state } from '../../screens/reactive.ts'
import { emptyNotice } from '../notice.ts'
import { button, selectField } from '../parts/controls.ts'
import { saveNotice } from '../parts/fields.ts'
import { saveFile } from '../parts/save-file.ts'
import { TeamView } from '../parts/team-view.ts'
import { activityEntry } from './activity-entry.ts'
import { teamActivityStyles } from './team-activity.styles.ts'

/** What was done in the workspace: by whom, from where, and what is different since. */
export class TeamActivity extends TeamView<never> {
  static readonly tag = 'team-activity'
  static override styles = [...TeamView.styles, teamActivityStyles]
  static override properties = { ...TeamView.properties, entries: state }

  override words!: ActivityMessages

  private entries: readonly AuditEntry[] | undefined
  #actorKind = ''
  #subject = ''
  #nextCursor: string | null = null
  /** A filter that was chosen meanwhile makes an answer worthless. */
  #asked: AbortController | undefined

  get #filter(): Record<string, string> {
    return {
      ...(this.#actorKind && { actorKind: this.#actorKind }),
      ...(this.#subject && { action: `${this.#subject}.` }),
    }
  }

  protected override async load(gone: AbortSignal): Promise<void> {
    this.#asked?.abort()
    const asked = new AbortController()
    this.#asked = asked
    this.entries = undefined
    const page = await this.#readPage(AbortSignal.any([gone, asked.signal])).catch(
      (cause: unknown) => {
        if (!asked.signal.aborted) throw cause
      },
    )
    if (page !== undefined) this.#show([], page)
  }

  #readPage(signal: AbortSignal, cursor?: string): Promise<AuditPage> {
    const query = new URLSearchParams({ ...this.#filter, ...(cursor && { cursor }) })
    return ask(this.desk.api, 'GET', `audit-entries?${query}`, { signal })
  }

  #show(former: readonly AuditEntry[], { entries, nextCursor }: AuditPage): void {
    this.entries = [...former, ...entries]
    this.#nextCursor = nextCursor
  }

  #readOlder(): void {
    const { entries = [] } = this
    void this.save.run(async () => {
      this.#show(entries, await this.#readPage(this.gone.signal, this.#nextCursor ?? undefined))
    })
  }

  #export(): void {
    const query = new URLSearchParams({ ...this.#filter, bom: 'true' })
    const file = { path: `audit-export?${query}`, name: 'activity.csv', about: this.#filter }
    void this.save.run(() => saveFile(this.desk, file, this.gone.signal))
  }

  protected override submit(): void {}

  protected override renderView(): TemplateResult {
    const { words, entries, save, desk } = this
    return html`${this.renderTop(
        desk.text.messages.views.activity,
        words.hint,
        desk.can('export')
          ? button(desk.text.messages.exportCsv, () => this.#export(), {
              isDisabled: save.isBlocked,
            })
          : nothing,
      )}
      <div class="filters">
        ${selectField(
          {
            id: 'from',
            label: words.from,
            value: this.#actorKind,
            none: words.fromAnywhere,
            choices: Object.entries(words.sources),
          },
          (kind) => {
            this.#actorKind = kind
            void this.read()
          },
        )}
        ${selectField(
          {
            id: 'about',
            label: words.about,
            value: this.#subject,
            none: words.aboutEverything,
            choices: Object.entries(words.kinds),
          },
          (kind) => {
            this.#subject = kind
            void this.read()
          },
        )}
      </div>
      ${saveNotice(save, desk)}
      ${
        entries === undefined
          ? this.renderUnread()
          : entries.length === 0
            ? emptyNotice(words.nothing)
            : html`<ul class="cards">
                ${entries.map((entry) => activityEntry(entry, words, desk))}
              </ul>`
      }
      ${
        this.#nextCursor === null || entries === undefined
          ? nothing
          : html`<p class="more">
              ${button(words.more, () => this.#readOlder(), { isDisabled: save.isBlocked })}
            </p>`
      }`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-activity': TeamActivity
  }
}
