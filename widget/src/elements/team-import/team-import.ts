import { html, nothing, type TemplateResult } from 'lit'

import { ask } from '../../api/ask.ts'
import type { Job, JobResult, MemberImport } from '../../contract/index.ts'
import type { InviteMessages } from '../../i18n/invite/invite-messages.ts'
import { state } from '../../screens/reactive.ts'
import { button } from '../parts/controls.ts'
import { refusalSentence, saveNotice } from '../parts/fields.ts'
import { followJob, isOver } from '../parts/follow-job.ts'
import { progressBar } from '../parts/progress.ts'
import { keepFile } from '../parts/save-file.ts'
import { TeamDialog } from '../parts/team-dialog.ts'
import { teamImportStyles } from './team-import.styles.ts'

/** So many rows of a check are shown; all of them are in the table that can be downloaded. */
const SHOWN_ROWS = 50
const outcomes: readonly JobResult['outcome'][] = ['created', 'changed', 'unchanged', 'refused']

/** A table of people: sent, looked at row by row, and then imported exactly as it was shown. */
export class TeamImport extends TeamDialog {
  static readonly tag = 'team-import'
  static override styles = [TeamDialog.styles, teamImportStyles]
  static override properties = {
    ...TeamDialog.properties,
    way: state,
    running: state,
    found: state,
    rows: state,
    ignored: state,
  }

  override words!: InviteMessages

  private way: MemberImport['way'] = 'invite'
  /** The job that is watched. */
  private running: Job | undefined
  private found: MemberImport | undefined
  /** What the first rows would come to, or came to. */
  private rows: readonly JobResult[] = []
  private ignored: readonly string[] = []

  protected override firstUpdated(): void {
    if (!this.desk.can('invite')) this.way = 'create'
    this.showDialog()
  }

  async #send(file: File | undefined): Promise<void> {
    if (file === undefined) return
    const { desk, way } = this
    if (!desk.before('import', { name: file.name, way })) return
    let created: MemberImport | undefined
    await this.save.run(async (key) => {
      const answer = await ask<{ import: MemberImport; ignoredColumns: string[] }>(
        desk.api,
        'POST',
        `member-imports?way=${way}`,
        { body: new Blob([file], { type: 'text/csv' }), key },
      )
      created = answer.import
      this.ignored = answer.ignoredColumns
    })
    if (created !== undefined) await this.#watch(created.check, created.id)
  }

  /** Shows how far the job is and what it came to; answers whether it reached its end. */
  async #watch(job: Job, importId: string): Promise<boolean> {
    const { api } = this.desk
    let isDone = false
    await this.save.look(async (signal) => {
      const over = await followJob(api, job, signal, (now) => {
        this.running = now
      })
      const path = `member-imports/${encodeURIComponent(importId)}`
      this.found = await ask<MemberImport>(api, 'GET', path, { signal })
      const results = `jobs/${encodeURIComponent(over.id)}/results?limit=${SHOWN_ROWS}`
      const refused = `${results}&refused=true`
      const page = await ask<{ results: JobResult[] }>(
        api,
        'GET',
        over.failed > 0 ? refused : results,
        { signal },
      )
      this.rows = page.results
      isDone = over.state === 'done'
    })
    return isDone
  }

  async #start(): Promise<void> {
    const { desk, found } = this
    if (found?.hash == null) return
    let started: MemberImport | undefined
    await this.save.run(async (key) => {
      const path = `member-imports/${encodeURIComponent(found.id)}/start`
      started = await ask(desk.api, 'POST', path, { body: { hash: found.hash }, key })
    })
    if (started?.job == null) return
    this.rows = []
    const isDone = await this.#watch(started.job, started.id)
    if (isDone) desk.after('import', { importId: started.id })
  }

  /** The refused rows as a file, with their cells, so that they can be mended and sent again. */
  async #download(): Promise<void> {
    const { desk, found } = this
    if (found === undefined) return
    await this.save.run(async () => {
      const parameters = new URLSearchParams({
        refused: 'true',
        bom: 'true',
        language: desk.text.locale,
      })
      const path = `member-imports/${encodeURIComponent(found.id)}/results?${parameters}`
      await keepFile(desk.api, { path, name: 'refused.csv' }, this.gone.signal)
    })
  }

  #again(): void {
    this.found = undefined
    this.running = undefined
    this.rows = []
    this.ignored = []
    this.save.forget()
  }

  protected override render(): TemplateResult {
    const { desk, words, running } = this
    return this.renderDialog({
      kind: 'middle',
      title: words.importTitle,
      body: html`${running === undefined ? this.#renderFile() : this.#renderTable(running)}
      ${saveNotice(this.save, desk)}`,
      footer: this.#renderFooter(),
    })
  }

  #renderFile(): TemplateResult {
    const { desk, words } = this
    const ways = (['invite', 'create'] as const).filter((way) => desk.can(way))
    return html`<p>${words.importHint}</p>
      ${
        ways.length < 2
          ? nothing
          : html`<fieldset>
              ${ways.map(
                (way) =>
                  html`<label class="option">
                    <input
                      type="radio"
                      name="way"
                      .checked=${way === this.way}
                      @change=${() => {
                        this.way = way
                      }}
                    />
                    <span class="name">${words.importWay[way]}</span>
                  </label>`,
              )}
            </fieldset>`
      }
      <label
        class="drop"
        @dragover=${(event: DragEvent) => event.preventDefault()}
        @drop=${(event: DragEvent) => {
          event.preventDefault()
          void this.#send(event.dataTransfer?.files[0])
        }}
      >
        <input
          type="file"
          class="visually-hidden"
          accept=".csv,.tsv,.txt,text/csv"
          ?disabled=${this.save.isBlocked}
          @change=${({ target }: Event) => void this.#send((target as HTMLInputElement).files?.[0])}
        />
        <strong>${words.chooseFile}</strong>
        <span class="hint">${words.dropFile}</span>
      </label>`
  }

  #renderTable(running: Job): TemplateResult {
    const { desk, words, found } = this
    const isImport = running.kind === 'members.import' || found?.job != null
    const label = !isOver(running)
      ? isImport
        ? words.importing
        : words.checking
      : isImport
        ? words.imported
        : words.importTitle
    return html`<div role="status">
        ${
          found === undefined || !isOver(running)
            ? progressBar(running, label, words.progress(running.done, running.total))
            : html`<p><strong>${label}</strong></p>
                <p class="outcomes">
                  ${outcomes
                    .filter((outcome) => found.outcomes[outcome] > 0)
                    .map(
                      (outcome) =>
                        html`<span class="mark ${outcome}"
                          >${words.outcomes[outcome](found.outcomes[outcome])}</span
                        >`,
                    )}
                </p>`
        }
        ${running.state === 'failed' ? html`<p class="error">${words.importFailed}</p>` : nothing}
      </div>
      ${
        this.ignored.length === 0
          ? nothing
          : html`<p class="info">${words.ignoredColumns(desk.text.phrasing.list(this.ignored))}</p>`
      }
      ${
        this.rows.length === 0
          ? nothing
          : html`<ul class="rows">
              ${this.rows.map(
                ({ number, outcome, code, detail, subject }) =>
                  html`<li>
                    <span>${words.row(number)}</span>
                    <span class=${outcome === 'refused' ? 'error' : 'hint'}
                      >${
                        outcome === 'refused'
                          ? html`${refusalSentence(code, desk) ?? detail}
                            ${subject && html`<bdi>(${subject})</bdi>`}`
                          : words.outcomes[outcome](1)
                      }</span
                    >
                  </li>`,
              )}
            </ul>`
      }`
  }

  #renderFooter(): TemplateResult {
    const { desk, words, running, found } = this
    const isIdle = running === undefined || isOver(running)
    const wanted = (found?.outcomes.created ?? 0) + (found?.outcomes.changed ?? 0)
    const isChecked = found !== undefined && found.job === null && isIdle
    return html`${
      isIdle && (found?.outcomes.refused ?? 0) > 0
        ? button(words.downloadRefused, () => this.#download())
        : nothing
    }
    ${isIdle && found !== undefined ? button(words.otherFile, () => this.#again()) : nothing}
    ${
      isChecked
        ? wanted === 0
          ? html`<span class="aside">${words.nothingToImport}</span>`
          : button(words.startImport(wanted), () => this.#start(), {
              kind: 'primary',
              isDisabled: this.save.isBlocked || found.hash === null,
            })
        : button(found?.job == null ? desk.common.cancel : desk.common.done, this.closeDialog)
    }`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-import': TeamImport
  }
}
