import { type CSSResultGroup, html, type TemplateResult } from 'lit'

import { SaveController } from '../../controllers/save-controller.ts'
import { TeamScreen } from '../../screens/team-screen.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { dialogStyles } from './dialog.styles.ts'
import { type DialogFrame, dialogFrame } from './dialog.ts'
import { formStyles } from './form.styles.ts'

/** A screen that shows or asks something in a dialog, and writes one thing at a time. */
export abstract class TeamDialog extends TeamScreen {
  static override styles: CSSResultGroup = [baseStyles, dialogStyles, formStyles]

  protected readonly save: SaveController = new SaveController(this)

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
    const { isBusy, wait } = this.save
    return html`<button
      type="submit"
      form="form"
      part="button"
      class="primary ${isDangerous ? 'danger' : ''}"
      ?disabled=${isBusy || wait > 0 || isDisabled}
    >
      ${label}
    </button>`
  }

  /** Bars in the place of what is not read yet. */
  protected renderLoading(): TemplateResult {
    return html`<div class="loading"><span class="bar"></span><span class="bar"></span></div>`
  }
}
