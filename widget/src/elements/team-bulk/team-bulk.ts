import { html, nothing, type TemplateResult } from 'lit'

import { ask } from '../../api/ask.ts'
import { listRoles } from '../../api/people-api.ts'
import type {
  BulkAction,
  BulkPreview,
  Job,
  JobResult,
  RoleList,
  Selection,
} from '../../contract/index.ts'
import type { SelectionRequest } from '../../controllers/selection.ts'
import type { BulkKind, BulkMessages } from '../../i18n/bulk/bulk-messages.ts'
import type { RoleMessages } from '../../i18n/roles/role-messages.ts'
import { property, state } from '../../screens/reactive.ts'
import { button, choiceField } from '../parts/controls.ts'
import { refusalSentence, roleField, saveNotice, textField } from '../parts/fields.ts'
import { followJob, isOver } from '../parts/follow-job.ts'
import { progressBar } from '../parts/progress.ts'
import { TeamDialog } from '../parts/team-dialog.ts'
import { TeamChoiceList } from '../team-choice-list/team-choice-list.ts'
import { teamBulkStyles } from './team-bulk.styles.ts'

/** Above so many people what can't be taken back is confirmed by typing their number. */
const TYPED_ABOVE = 10
const dangerous: ReadonlySet<BulkKind> = new Set(['remove', 'suspend'])

/** The same with many members: what it would do, whether that is meant, how far it is, and who was left out. */
export class TeamBulk extends TeamDialog {
  static readonly tag = 'team-bulk'
  static override readonly uses = [TeamChoiceList]
  static override styles = [TeamDialog.styles, teamBulkStyles]
  static override properties = {
    ...TeamDialog.properties,
    kind: property,
    count: property,
    roles: state,
    roleKey: state,
    departments: state,
    selection: state,
    preview: state,
    typed: state,
    job: state,
    results: state,
    names: state,
  }

  override words!: BulkMessages & { roles: RoleMessages }

  kind: BulkKind = 'suspend'
  count = 0
  request: SelectionRequest = { ids: [] }

  private roles: RoleList | undefined
  private roleKey: string | undefined
  private departments: readonly string[] = []
  private selection: Selection | undefined
  private preview: BulkPreview | undefined
  private typed = ''
  private job: Job | undefined
  /** Who was left out. */
  private results: readonly JobResult[] = []
  private names: ReadonlyMap<string, string> = new Map()

  protected override firstUpdated(): void {
    this.showDialog()
    void this.#prepare()
  }

  async #prepare(): Promise<void> {
    const { api } = this.desk
    await this.save.run(async (key) => {
      if (this.kind === 'set-role') this.roles = await listRoles(api, this.gone.signal)
      this.selection = await ask<Selection>(api, 'POST', 'selections', { body: this.request, key })
    })
    await this.#look()
  }

  /** What is chosen so far as the API takes it; undefined while something is missing. */
  get #action(): BulkAction | undefined {
    const { kind, roleKey: role, departments } = this
    if (kind === 'set-role') return role === undefined ? undefined : { kind, role }
    if (kind !== 'add-departments' && kind !== 'remove-departments') return { kind }
    return departments.length === 0 ? undefined : { kind, departments: [...departments] }
  }

  async #look(): Promise<void> {
    const action = this.#action
    const { selection } = this
    this.preview = undefined
    if (selection === undefined) return
    this.save.forget()
    if (action === undefined) return
    const body = { selection: selection.id, action }
    await this.save.look(
      (signal) => ask<BulkPreview>(this.desk.api, 'POST', 'bulk-actions/preview', { body, signal }),
      (preview) => {
        this.preview = preview
      },
    )
  }

  get #needsTyping(): boolean {
    return dangerous.has(this.kind) && (this.preview?.changed ?? 0) > TYPED_ABOVE
  }

  async #start(event: Event): Promise<void> {
    event.preventDefault()
    const { desk, selection } = this
    const action = this.#action
    if (action === undefined || selection === undefined || this.preview === undefined) return
    const change = dangerous.has(this.kind) ? 'revoke' : 'update'
    const about = { selection: selection.id, count: selection.count, action }
    if (!desk.before(change, about)) return
    let job: Job | undefined
    await this.save.run(async (key) => {
      job = await ask<Job>(desk.api, 'POST', 'bulk-actions', {
        body: { selection: selection.id, action },
        key,
      })
    })
    if (job !== undefined) await this.#follow(job, () => desk.after(change, about))
  }

  async #follow(job: Job, onDone: () => void): Promise<void> {
    await this.save.look(async (signal) => {
      const over = await followJob(this.desk.api, job, signal, (now) => {
        this.job = now
      })
      onDone()
      if (over.failed > 0) await this.#readRefused(over, signal)
    })
  }

  async #readRefused({ id }: Job, signal: AbortSignal): Promise<void> {
    const { api } = this.desk
    const path = `jobs/${encodeURIComponent(id)}/results?refused=true&limit=50`
    const { results } = await ask<{ results: JobResult[] }>(api, 'GET', path, { signal })
    this.results = results
    const names = new Map<string, string>()
    for (const { memberId } of results) {
      if (memberId === null) continue
      try {
        names.set(memberId, (await api.readMember(memberId, signal)).displayName)
        this.names = new Map(names)
      } catch {
        signal.throwIfAborted()
      }
    }
  }

  async #stop(): Promise<void> {
    const { job } = this
    if (job === undefined) return
    await this.save.run(async (key) => {
      await ask(this.desk.api, 'POST', `jobs/${encodeURIComponent(job.id)}/cancel`, { key })
    })
  }

  protected override render(): TemplateResult {
    const { desk, words, job } = this
    return this.renderDialog({
      kind: 'middle',
      title: words.titles[this.kind](this.selection?.count ?? this.count),
      body: html`${job === undefined ? this.#renderQuestion() : this.#renderJob(job)}
      ${saveNotice(this.save, desk)}`,
      footer: job === undefined ? this.#renderQuestionFooter() : this.#renderJobFooter(job),
    })
  }

  #renderQuestion(): TemplateResult {
    const { desk, words, preview } = this
    const { phrasing } = desk.text
    return html`<form id="form" @submit=${(event: Event) => void this.#start(event)}>
      ${
        this.kind === 'set-role' && this.roles !== undefined
          ? roleField(
              this.roles.roles,
              { legend: desk.text.messages.role, chosen: this.roleKey, words: words.roles, desk },
              (role) => {
                this.roleKey = role
                void this.#look()
              },
            )
          : nothing
      }
      ${
        this.kind === 'add-departments' || this.kind === 'remove-departments'
          ? choiceField(
              {
                label: desk.text.messages.departments,
                choices: desk.workspace.departments,
                value: this.departments,
                desk,
              },
              (departments) => {
                this.departments = departments
                void this.#look()
              },
            )
          : nothing
      }
      <div class="preview" role="status">
        ${
          preview === undefined
            ? this.#action !== undefined && this.save.error === undefined
              ? words.previewing
              : nothing
            : html`<p><strong>${words.wouldChange(preview.changed)}</strong></p>
                ${preview.unchanged > 0 ? html`<p>${words.wouldStay(preview.unchanged)}</p>` : nothing}
                ${Object.entries(preview.refused).map(
                  ([reason, count]) =>
                    html`<p>
                      ${words.wouldRefuse(count)}: ${refusalSentence(reason, desk) ?? reason}
                    </p>`,
                )}`
        }
      </div>
      ${
        this.#needsTyping
          ? textField(
              {
                id: 'confirm',
                label: words.typeToConfirm(phrasing.number(preview?.changed ?? 0)),
                value: this.typed,
                onInput: (typed) => {
                  this.typed = typed
                },
              },
              desk,
            )
          : nothing
      }
    </form>`
  }

  #renderQuestionFooter(): TemplateResult {
    const { desk, words } = this
    const changed = this.preview?.changed ?? 0
    // Regions write a number with spaces that no keyboard has, or with no sign at all.
    const isTyped = !this.#needsTyping || this.typed.replace(/\D/g, '') === `${changed}`
    return html`${button(desk.common.cancel, this.closeDialog)}
    ${this.renderSubmit(
      words.kinds[this.kind],
      changed === 0 || !isTyped,
      dangerous.has(this.kind),
    )}`
  }

  #renderJob(job: Job): TemplateResult {
    const { words } = this
    const labels: Record<Job['state'], string> = {
      queued: words.running,
      running: words.running,
      done: words.finished,
      cancelled: words.stopped,
      failed: words.failed,
    }
    return html`<div role="status">
        ${progressBar(job, labels[job.state], words.progress(job.done, job.total))}
        ${isOver(job) ? nothing : html`<p class="hint">${words.keepsGoing}</p>`}
        ${isOver(job) ? html`<p>${words.changed(job.done - job.failed)}</p>` : nothing}
        ${job.failed > 0 ? html`<p>${words.refused(job.failed)}</p>` : nothing}
      </div>
      ${
        this.results.length === 0
          ? nothing
          : html`<section>
              <h3>${words.refusedPeople}</h3>
              <ul class="refused">
                ${this.results.map(
                  ({ memberId, code, detail }) =>
                    html`<li>
                      <bdi>${this.names.get(memberId ?? '') ?? '…'}</bdi>
                      <span class="error">${refusalSentence(code, this.desk) ?? detail}</span>
                    </li>`,
                )}
              </ul>
            </section>`
      }`
  }

  #renderJobFooter(job: Job): TemplateResult {
    const { desk, words } = this
    return html`${
      isOver(job)
        ? nothing
        : button(words.stop, () => this.#stop(), { isDisabled: this.save.isBlocked })
    }
    ${button(isOver(job) ? desk.common.done : desk.text.messages.close, this.closeDialog, { kind: 'primary' })}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-bulk': TeamBulk
  }
}
