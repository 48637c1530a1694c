import { type CSSResultGroup, html, type TemplateResult } from 'lit'

import { type ApiError, toApiError } from '../../api/api-error.ts'
import { SaveController } from '../../controllers/save-controller.ts'
import { tellError } from '../../events.ts'
import { state } from '../../screens/reactive.ts'
import { TeamScreen } from '../../screens/team-screen.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { problemNotice } from '../notice.ts'
import { dialogStyles } from './dialog.styles.ts'
import { type DialogFrame, dialogFrame } from './dialog.ts'
import { formStyles } from './form.styles.ts'

/** A screen that shows or asks something in a dialog, and writes one thing at a time. */
export abstract class TeamDialog extends TeamScreen {
  static override styles: CSSResultGroup = [baseStyles, dialogStyles, formStyles]

  static override properties: Record<string, object> = { ...TeamScreen.properties, error: state }

  protected readonly save: SaveController = new SaveController(this)
  /** Why there is nothing to show. */
  protected error: ApiError | undefined

  /** Reads what is shown. */
  protected load?(signal: AbortSignal): Promise<void>

  protected readonly read = async (): Promise<void> => {
    const { signal } = this.gone
    this.error = undefined
    try {
      await this.load?.(signal)
      this.requestUpdate()
    } catch (cause) {
      if (signal.aborted) return
      this.error = toApiError(cause)
      tellError(this, this.error)
    }
  }

  /** Escape and the cross close it as well, and the focus goes back by itself. */
  protected showDialog(): void {
    this.renderRoot.querySelector('dialog')?.showModal()
  }

  protected readonly closeDialog = (): void => {
    this.renderRoot.querySelector('dialog')?.close()
  }

  protected renderDialog(frame: DialogFrame, onClose = () => this.close()): TemplateResult {
    return dialogFrame(frame, this.desk.text.messages, onClose)
  }

  /** The button of the form in the dialog. */
  protected renderSubmit(label: string, isDisabled: boolean, isDangerous = false): TemplateResult {
    return html`<button
      type="submit"
      form="form"
      part="button"
      class="primary ${isDangerous ? 'danger' : ''}"
      ?disabled=${this.save.isBlocked || isDisabled}
    >
      ${label}
    </button>`
  }

  /** What is in the place of something that is not read yet: bars, or why it doesn't come. */
  protected renderUnread(): TemplateResult {
    const { error, desk } = this
    if (error !== undefined) return problemNotice(error, desk.text.messages, this.read)
    return html`<div class="loading"><span class="bar"></span><span class="bar"></span></div>`
  }
}
