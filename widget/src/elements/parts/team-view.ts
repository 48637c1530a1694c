import { html, nothing, type TemplateResult } from 'lit'

import type { AccessDifference } from '../../api/settings-api.ts'
import { state } from '../../screens/reactive.ts'
import { button } from './controls.ts'
import { saveNotice } from './fields.ts'
import { TeamDialog } from './team-dialog.ts'
import { viewStyles } from './view.styles.ts'

/** What is asked in the middle of a view. */
export interface Question {
  title: string
  body: unknown
  /** The word on the button that does it; without one the dialog only tells. */
  submit?: string
  isDangerous?: boolean
  isDisabled?: boolean
}

/** A question whose answer does one thing. */
export interface Confirmation extends Question {
  /** What the host is told. */
  about: object
  write: (key: string) => Promise<unknown>
}

/**
 * What stands in the place of the list: it reads something, shows it, and asks in a dialog before it changes
 * anything. What would change people's access is shown before it is done, and not done once it has changed.
 */
export abstract class TeamView<Task> extends TeamDialog {
  static override styles = [TeamDialog.styles, viewStyles]
  static override properties = {
    ...TeamDialog.properties,
    task: state,
    confirmation: state,
    difference: state,
  }

  /** What is being done in the dialog. */
  protected task: Task | undefined
  protected difference: AccessDifference | undefined
  private confirmation: Confirmation | undefined

  protected abstract override load(signal: AbortSignal): Promise<void>
  protected abstract renderView(): TemplateResult
  protected abstract submit(): unknown

  /** What the task would change for people. */
  protected compare(_task: Task, _signal: AbortSignal): Promise<AccessDifference | undefined> {
    return Promise.resolve(undefined)
  }

  protected override firstUpdated(): void {
    void this.read()
  }

  protected async begin(task: Task): Promise<void> {
    this.save.forget()
    this.difference = undefined
    this.task = task
    await this.updateComplete
    this.showDialog()
  }

  /** Asks before it is done. */
  protected async confirm(confirmation: Confirmation): Promise<void> {
    this.save.forget()
    this.confirmation = confirmation
    await this.updateComplete
    this.showDialog()
  }

  protected async preview(): Promise<void> {
    const { task } = this
    this.save.forget()
    this.difference = undefined
    if (task === undefined) return
    await this.save.look(
      (signal) => this.compare(task, signal),
      (difference) => {
        this.difference = difference
      },
    )
    // Somebody was faster: from now on it is compared with what they saved.
    if (this.save.error?.code === 'precondition-failed') await this.read()
  }

  /** Does it unless the host says no, and says what was done. */
  protected async finish(
    about: object,
    words: string,
    write: (key: string) => Promise<unknown>,
  ): Promise<boolean> {
    const { desk, save } = this
    if (!desk.before('update', about)) return false
    const isDone = await save.run(write)
    if (isDone) {
      desk.after('update', about)
      desk.toast(words)
      this.closeDialog()
      await this.read()
    } else if (/^(?:difference|version)-/.test(save.error?.problem.reason ?? '')) {
      const { error } = save
      await this.preview()
      // The host has been told.
      save.error = error
      this.requestUpdate()
    }
    return isDone
  }

  protected override render(): TemplateResult {
    const { confirmation } = this
    return this.error === undefined
      ? html`${this.renderView()} ${confirmation && this.renderQuestion(confirmation)}`
      : this.renderUnread()
  }

  /** The heading, what it is about, and what can be done beside it. */
  protected renderTop(title: string, hint: string, aside: unknown): TemplateResult {
    return html`<div class="top">
      <div>
        <h3>${title}</h3>
        <p class="hint">${hint}</p>
      </div>
      ${aside}
    </div>`
  }

  /** One thing of a list: its name, what is to be known about it, and what can be done with it. */
  protected renderCard(
    title: unknown,
    hints: readonly unknown[],
    ...asides: readonly unknown[]
  ): TemplateResult {
    return html`<li class="card" part="row">
      <span class="title">${title}</span>
      ${hints.map((hint) => html`<span class="hint">${hint}</span>`)}
      <span class="line">${this.desk.isReadOnly ? nothing : asides}</span>
    </li>`
  }

  protected renderQuestion({ title, body, submit, ...is }: Question): TemplateResult {
    const { desk, save } = this
    const { isDangerous = false, isDisabled = false } = is
    return this.renderDialog(
      {
        kind: 'middle',
        title,
        body: html`<form
          id="form"
          class="cards"
          @submit=${(event: Event) => {
            event.preventDefault()
            const { confirmation } = this
            if (confirmation === undefined) this.submit()
            else {
              const { about, write } = confirmation
              void this.finish(about, desk.common.saved, write)
            }
          }}
        >
          ${body} ${saveNotice(save, desk)}
        </form>`,
        footer: html`${button(
          submit === undefined ? desk.common.done : desk.common.cancel,
          this.closeDialog,
        )}
        ${submit && this.renderSubmit(submit, isDisabled, isDangerous)}`,
      },
      () => {
        this.task = undefined
        this.confirmation = undefined
      },
    )
  }
}
