import { html, nothing, type TemplateResult } from 'lit'

import { type ApiError, toApiError } from '../../api/api-error.ts'
import {
  type AccessDifference,
  createDepartment,
  deleteDepartment,
  type DepartmentEdit,
  editDepartment,
  listDepartments,
  previewDepartmentDeletion,
} from '../../api/settings-api.ts'
import type { Department } from '../../contract/index.ts'
import { SaveController } from '../../controllers/save-controller.ts'
import type { SettingsMessages } from '../../i18n/settings/settings-messages.ts'
import { TeamScreen } from '../../screens/team-screen.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { emptyNotice, problemNotice } from '../notice.ts'
import { dialogStyles } from '../parts/dialog.styles.ts'
import { dialogFrame, showDialog } from '../parts/dialog.ts'
import { differenceNotice } from '../parts/difference.ts'
import { checkField, saveNotice, textField } from '../parts/fields.ts'
import { formStyles } from '../parts/form.styles.ts'
import { viewStyles } from '../parts/view.styles.ts'
import { defineChoiceList, type TeamChoiceList } from '../team-choice-list/team-choice-list.ts'
import {
  definePersonPicker,
  type PickedPerson,
  type TeamPersonPicker,
} from '../team-person-picker/team-person-picker.ts'

/** What is being done: to a department that is there, or to a new one. */
type Task =
  | { kind: 'edit'; department: Department | undefined }
  | { kind: 'delete'; department: Department }

interface Draft {
  name: string
  lead: PickedPerson | null
  isDefault: boolean
  channelIds: readonly string[]
}

/** The departments of the workspace: who is in them, who leads them, and what comes with them. */
export class TeamDepartments extends TeamScreen {
  static override styles = [baseStyles, dialogStyles, formStyles, viewStyles]
  static override properties = {
    ...TeamScreen.properties,
    departments: { state: true },
    error: { state: true },
    task: { state: true },
    draft: { state: true },
    moveTo: { state: true },
    difference: { state: true },
  }

  override words!: SettingsMessages

  private departments: readonly Department[] | undefined
  private error: ApiError | undefined
  private task: Task | undefined
  private draft: Draft = { name: '', lead: null, isDefault: false, channelIds: [] }
  /** The department that takes the place of the one that is deleted; empty for the default one. */
  private moveTo = ''
  private difference: AccessDifference | undefined

  #save = new SaveController(this)

  protected override firstUpdated(): void {
    defineChoiceList()
    definePersonPicker()
    void this.#read()
  }

  async #read(): Promise<void> {
    this.error = undefined
    try {
      const { departments } = await listDepartments(this.desk.api, this.gone.signal)
      this.departments = departments
    } catch (cause) {
      if (!this.gone.signal.aborted) this.error = toApiError(cause)
    }
  }

  async #begin(task: Task): Promise<void> {
    const { department } = task
    this.#save.forget()
    this.difference = undefined
    this.moveTo = ''
    this.draft = {
      name: department?.name ?? '',
      lead: department?.lead ?? null,
      isDefault: department?.isDefault ?? false,
      channelIds: department?.channels.map(({ id }) => id) ?? [],
    }
    this.task = task
    await this.updateComplete
    showDialog(this.renderRoot)
    if (task.kind === 'delete') await this.#preview()
  }

  async #preview(): Promise<void> {
    const { task } = this
    if (task?.kind !== 'delete') return
    this.difference = undefined
    const { signal } = this.gone
    const moveTo = this.moveTo === '' ? undefined : this.moveTo
    await this.#save.run(async () => {
      const { api } = this.desk
      this.difference = await previewDepartmentDeletion(api, task.department, moveTo, signal)
    })
  }

  async #finish(event: Event): Promise<void> {
    event.preventDefault()
    const { desk, task, draft, difference } = this
    if (task === undefined || (task.kind === 'edit' && draft.name.trim() === '')) return
    const about = { departmentId: task.department?.id ?? null, action: task.kind }
    if (!desk.before('update', about)) return
    const done = await this.#save.run(async (key) => {
      if (task.kind === 'delete') {
        const moveTo = this.moveTo === '' ? undefined : this.moveTo
        await deleteDepartment(desk.api, task.department, moveTo, difference?.hash ?? '')
      } else {
        await this.#put(task.department, key)
      }
    })
    if (!done) {
      if (this.#save.error?.problem.reason === 'difference-changed') await this.#lookAgain()
      return
    }
    desk.after('update', about)
    desk.toast(
      task.kind === 'delete' ? this.words.deleted(task.department.name) : desk.common.saved,
    )
    this.renderRoot.querySelector('dialog')?.close()
    await this.#read()
  }

  async #lookAgain(): Promise<void> {
    const { error } = this.#save
    await this.#preview()
    if (error !== undefined) this.#save.fail(error)
  }

  async #put(department: Department | undefined, key: string): Promise<void> {
    const { draft, desk } = this
    const lead = draft.lead?.id ?? null
    const channels = department?.channels.map(({ id }) => id) ?? []
    const edit: DepartmentEdit = {
      ...(draft.name.trim() === department?.name ? {} : { name: draft.name.trim() }),
      ...(lead === (department?.lead?.id ?? null) ? {} : { leadMemberId: lead }),
      ...(draft.isDefault && department?.isDefault !== true ? { isDefault: true } : {}),
      ...(draft.channelIds.toSorted().join() === channels.toSorted().join()
        ? {}
        : { channelIds: draft.channelIds }),
    }
    if (department === undefined) await createDepartment(desk.api, edit, key)
    else if (Object.keys(edit).length > 0) await editDepartment(desk.api, department, edit)
  }

  protected override render(): TemplateResult {
    const { desk, words, departments } = this
    if (this.error !== undefined) {
      return problemNotice(this.error, desk.text.messages, () => void this.#read())
    }
    return html`<div class="top">
        <div>
          <h3>${words.departmentsTitle}</h3>
          <p class="hint">${words.departmentsHint}</p>
        </div>
        <button
          type="button"
          class="primary"
          part="button"
          @click=${() => void this.#begin({ kind: 'edit', department: undefined })}
        >
          ${words.newDepartment}
        </button>
      </div>
      ${
        departments === undefined
          ? html`<div class="loading"><span class="bar"></span><span class="bar"></span></div>`
          : departments.length === 0
            ? emptyNotice({ title: words.noDepartments, text: words.departmentsHint })
            : html`<ul class="cards">
                ${departments.map((department) => this.#renderCard(department))}
              </ul>`
      }
      ${this.task === undefined ? nothing : this.#renderDialog(this.task)}`
  }

  #renderCard(department: Department): TemplateResult {
    const { words, desk } = this
    const { name, isDefault, lead, memberCount, channels } = department
    return html`<li class="card" part="row">
      <span class="title"
        ><bdi>${name}</bdi
        >${isDefault ? html`<span class="mark owner">${words.defaultDepartment}</span>` : nothing}</span
      >
      <span class="hint">${words.members(memberCount)}</span>
      <span class="hint"
        >${lead === null ? nothing : html`${words.lead}: <bdi>${lead.displayName}</bdi>`}
        ${channels.length === 0 ? nothing : html`<span>${desk.text.phrasing.list(channels.map(({ name }) => name))}</span>`}</span
      >
      <span class="line">
        <button
          type="button"
          part="button"
          aria-label=${words.editDepartment(name)}
          @click=${() => void this.#begin({ kind: 'edit', department })}
        >
          ${desk.common.edit}
        </button>
        ${
          isDefault
            ? nothing
            : html`<button
                type="button"
                part="button"
                class="danger"
                aria-label=${`${words.deleteDepartment}: ${name}`}
                @click=${() => void this.#begin({ kind: 'delete', department })}
              >
                ${words.deleteDepartment}
              </button>`
        }
      </span>
    </li>`
  }

  #renderDialog(task: Task): TemplateResult {
    const { desk, words } = this
    const { department } = task
    const isDelete = task.kind === 'delete'
    const title = isDelete
      ? words.deleteTitle(task.department.name)
      : department === undefined
        ? words.newDepartment
        : words.editDepartment(department.name)
    return dialogFrame(
      {
        kind: 'middle',
        title,
        body: html`<form
          id="form"
          class="cards"
          @submit=${(event: Event) => void this.#finish(event)}
        >
          ${isDelete ? this.#renderDeletion(task.department) : this.#renderForm(department)}
          ${saveNotice(this.#save, desk)}
        </form>`,
        footer: html`<button
            type="button"
            part="button"
            @click=${() => this.renderRoot.querySelector('dialog')?.close()}
          >
            ${desk.common.cancel}
          </button>
          <button
            type="submit"
            form="form"
            part="button"
            class="primary ${isDelete ? 'danger' : ''}"
            ?disabled=${this.#save.isBusy || this.#save.wait > 0 || (isDelete && this.difference === undefined)}
          >
            ${isDelete ? words.deleteDepartment : desk.common.save}
          </button>`,
      },
      desk.text.messages,
      () => {
        this.task = undefined
      },
    )
  }

  #renderForm(department: Department | undefined): TemplateResult {
    const { desk, words, draft } = this
    const put = (change: Partial<Draft>): void => {
      this.draft = { ...draft, ...change }
      this.#save.forget()
    }
    const { channels } = desk.workspace
    return html`${textField(
        {
          id: 'name',
          label: words.departmentName,
          value: draft.name,
          error:
            this.#save.error?.problem.reason === 'name-taken'
              ? desk.common.refusals['name-taken']
              : undefined,
          onInput: (name) => put({ name }),
        },
        desk,
      )}
      <team-person-picker
        .desk=${desk}
        .label=${words.lead}
        .hint=${words.leadHint}
        .placeholder=${words.findPerson}
        .value=${draft.lead}
        @change=${({ currentTarget }: Event) => put({ lead: (currentTarget as TeamPersonPicker).value })}
      ></team-person-picker>
      ${
        channels.length === 0
          ? nothing
          : html`<team-choice-list
              .label=${desk.text.messages.channels}
              .hint=${words.channelsHint}
              .filterLabel=${desk.common.filterList(desk.text.messages.channels.toLocaleLowerCase(desk.text.tag))}
              .none=${desk.common.nobody}
              .choices=${channels}
              .value=${draft.channelIds}
              @change=${({ currentTarget }: Event) => put({ channelIds: (currentTarget as TeamChoiceList).value })}
            ></team-choice-list>`
      }
      ${checkField(
        {
          label: words.makeDefault,
          hint: words.defaultHint,
          checked: draft.isDefault,
          disabled: department?.isDefault ?? false,
        },
        (isDefault) => put({ isDefault }),
      )}`
  }

  #renderDeletion(department: Department): TemplateResult {
    const { words, desk, departments = [] } = this
    const others = departments.filter(({ id }) => id !== department.id)
    const fallback = departments.find(({ isDefault }) => isDefault)
    return html`<p>${words.deleteExplained}</p>
      <div class="field">
        <label for="move-to">${words.moveTo}</label>
        <select
          id="move-to"
          @change=${({ target }: Event) => {
            this.moveTo = (target as HTMLSelectElement).value
            void this.#preview()
          }}
        >
          <option value="">
            ${fallback === undefined ? words.noLead : words.moveToDefault(fallback.name)}
          </option>
          ${others.map(({ id, name }) => html`<option value=${id} .selected=${id === this.moveTo}>${name}</option>`)}
        </select>
      </div>
      ${differenceNotice(this.difference, words, desk.text.phrasing)}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-departments': TeamDepartments
  }
}
