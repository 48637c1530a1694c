import { html, nothing, type TemplateResult } from 'lit'

import { type ApiError, toApiError } from '../../api/api-error.ts'
import { listRoles } from '../../api/people-api.ts'
import {
  type AccessDifference,
  createRole,
  deleteRole,
  editRole,
  previewRoleDeletion,
  previewRoleEdit,
  type RoleEdit,
} from '../../api/settings-api.ts'
import type { Role, RoleList } from '../../contract/index.ts'
import { SaveController } from '../../controllers/save-controller.ts'
import { roleName } from '../../i18n/role-name.ts'
import { describeRole } from '../../i18n/roles/describe-role.ts'
import type { RoleMessages } from '../../i18n/roles/role-messages.ts'
import type { SettingsMessages } from '../../i18n/settings/settings-messages.ts'
import { TeamScreen } from '../../screens/team-screen.ts'
import { baseStyles } from '../../styles/base.styles.ts'
import { problemNotice } from '../notice.ts'
import { dialogStyles } from '../parts/dialog.styles.ts'
import { dialogFrame, showDialog } from '../parts/dialog.ts'
import { differenceNotice } from '../parts/difference.ts'
import { saveNotice } from '../parts/fields.ts'
import { formStyles } from '../parts/form.styles.ts'
import { viewStyles } from '../parts/view.styles.ts'
import { editOfRole, type RoleDraft, roleForm, roleKey } from './role-form.ts'
import { roleMatrix } from './role-matrix.ts'
import { teamRolesStyles } from './team-roles.styles.ts'

/** What is being done with a role: a copy begins with what it has. */
type Task = { kind: 'edit' | 'copy' | 'delete'; role: Role }

/** The roles of the workspace: what each allows, side by side, and what a change would do to people. */
export class TeamRoles extends TeamScreen {
  static override styles = [baseStyles, dialogStyles, formStyles, viewStyles, teamRolesStyles]
  static override properties = {
    ...TeamScreen.properties,
    list: { state: true },
    error: { state: true },
    task: { state: true },
    draft: { state: true },
    replacement: { state: true },
    difference: { state: true },
    isCompared: { state: true },
  }

  override words!: SettingsMessages & { roles: RoleMessages }

  private list: RoleList | undefined
  private error: ApiError | undefined
  private task: Task | undefined
  private draft: RoleDraft = { name: '', permissions: [], grantable: [], conversationAccess: 'own' }
  private replacement = ''
  private difference: AccessDifference | undefined
  private isCompared = false

  #save = new SaveController(this)

  protected override firstUpdated(): void {
    void this.#read()
  }

  async #read(): Promise<void> {
    this.error = undefined
    try {
      this.list = await listRoles(this.desk.api, this.gone.signal)
    } catch (cause) {
      if (!this.gone.signal.aborted) this.error = toApiError(cause)
    }
  }

  #nameOf(role: Role): string {
    const reference = this.desk.workspace.roles.find(({ id }) => id === role.id)
    return roleName(reference ?? role, this.desk.text.messages)
  }

  async #begin(task: Task): Promise<void> {
    const { role } = task
    this.#save.forget()
    this.difference = undefined
    this.draft = {
      name: task.kind === 'copy' ? '' : this.#nameOf(role),
      permissions: role.permissions,
      grantable: role.grantable,
      conversationAccess: role.conversationAccess,
    }
    const lowest = this.list?.roles.findLast(({ id }) => id !== role.id)
    this.replacement = lowest?.key ?? ''
    this.task = task
    await this.updateComplete
    showDialog(this.renderRoot)
    if (task.kind === 'delete') await this.#preview()
  }

  /** What is entered as the API takes it; undefined when nothing differs. */
  get #edit(): RoleEdit | undefined {
    const { task, draft } = this
    return task === undefined ? undefined : editOfRole(draft, task.role, this.#nameOf(task.role))
  }

  async #preview(): Promise<void> {
    const { task } = this
    const { api } = this.desk
    const { signal } = this.gone
    const edit = this.#edit
    this.difference = undefined
    await this.#save.run(async () => {
      if (task?.kind === 'delete') {
        this.difference = await previewRoleDeletion(api, task.role, this.replacement, signal)
      } else if (task?.kind === 'edit' && edit !== undefined) {
        this.difference = await previewRoleEdit(api, task.role, edit, signal)
      }
    })
  }

  async #finish(event: Event): Promise<void> {
    event.preventDefault()
    const { desk, task, draft, difference, replacement } = this
    if (task === undefined || (task.kind !== 'delete' && draft.name.trim() === '')) return
    const edit = this.#edit
    const isOnlyName = edit !== undefined && Object.keys(edit).join() === 'name'
    // What changes people's access is shown before it is done.
    if (task.kind === 'edit' && edit !== undefined && !isOnlyName && difference === undefined) {
      await this.#preview()
      return
    }
    const about = { roleId: task.kind === 'copy' ? null : task.role.id, action: task.kind }
    if (!desk.before('update', about)) return
    const done = await this.#save.run(async (key) => {
      const { name, permissions, grantable, conversationAccess } = draft
      if (task.kind === 'delete') {
        await deleteRole(desk.api, task.role, replacement, difference?.hash ?? '')
      } else if (task.kind === 'copy') {
        await createRole(
          desk.api,
          {
            name: name.trim(),
            key: roleKey(name, this.list?.roles ?? []),
            cloneOf: task.role.key,
            permissions,
            grantable,
            conversationAccess,
          },
          key,
        )
      } else if (edit !== undefined) {
        await editRole(desk.api, task.role, edit, difference?.hash)
      }
    })
    if (!done) {
      const { error } = this.#save
      if (error?.problem.reason === 'difference-changed') {
        await this.#preview()
        this.#save.fail(error)
      }
      return
    }
    desk.after('update', about)
    desk.toast(
      task.kind === 'delete' ? this.words.deleted(this.#nameOf(task.role)) : desk.common.saved,
    )
    this.renderRoot.querySelector('dialog')?.close()
    await this.#read()
  }

  protected override render(): TemplateResult {
    const { desk, words, list } = this
    if (this.error !== undefined) {
      return problemNotice(this.error, desk.text.messages, () => void this.#read())
    }
    return html`<div class="top">
        <div>
          <h3>${words.rolesTitle}</h3>
          <p class="hint">${words.rolesHint}</p>
        </div>
        <button
          type="button"
          part="button"
          aria-expanded=${this.isCompared}
          @click=${() => {
            this.isCompared = !this.isCompared
          }}
        >
          ${words.showMatrix}
        </button>
      </div>
      ${
        list === undefined
          ? html`<div class="loading"><span class="bar"></span><span class="bar"></span></div>`
          : html`<ul class="cards">
                ${list.roles.map((role) => this.#renderCard(role))}
              </ul>
              ${this.isCompared ? roleMatrix(list, desk.text.messages, words) : nothing}`
      }
      ${this.task === undefined || list === undefined ? nothing : this.#renderDialog(this.task, list)}`
  }

  #renderCard(role: Role): TemplateResult {
    const { words, desk } = this
    const name = this.#nameOf(role)
    const button = (kind: Task['kind'], label: string, isDangerous = false): TemplateResult =>
      html`<button
        type="button"
        part="button"
        class=${isDangerous ? 'danger' : nothing}
        aria-label=${`${label}: ${name}`}
        @click=${() => void this.#begin({ kind, role })}
      >
        ${label}
      </button>`
    return html`<li class="card" part="row">
      <span class="title"
        ><bdi>${name}</bdi
        >${role.isPreset ? html`<span class="mark">${words.builtIn}</span>` : nothing}</span
      >
      <span class="hint">${words.members(role.memberCount)}</span>
      <span class="hint">${describeRole(role, words.roles, desk.text.phrasing)}</span>
      <span class="line">
        ${button('edit', desk.common.edit)}
        ${role.key === 'owner' ? nothing : button('copy', words.copyRole)}
        ${role.isPreset ? nothing : button('delete', words.deleteRole, true)}
      </span>
    </li>`
  }

  #renderDialog(task: Task, list: RoleList): TemplateResult {
    const { desk, words } = this
    const { kind, role } = task
    const name = this.#nameOf(role)
    const titles: Record<Task['kind'], string> = {
      edit: words.editRole(name),
      copy: words.newRole(name),
      delete: words.deleteTitle(name),
    }
    const needsPreview =
      kind === 'edit' &&
      this.#edit !== undefined &&
      Object.keys(this.#edit).join() !== 'name' &&
      this.difference === undefined
    return dialogFrame(
      {
        kind: 'middle',
        title: titles[kind],
        body: html`<form
          id="form"
          class="cards"
          @submit=${(event: Event) => void this.#finish(event)}
        >
          ${
            kind === 'delete'
              ? this.#renderDeletion(role, list)
              : roleForm(
                  {
                    role,
                    draft: this.draft,
                    list,
                    isLocked: kind === 'edit' && role.isPreset,
                    nameOf: (other) => this.#nameOf(other),
                    desk,
                    words,
                  },
                  (change) => {
                    this.draft = { ...this.draft, ...change }
                    this.difference = undefined
                    this.#save.forget()
                  },
                )
          }
          ${differenceNotice(this.difference, words, desk.text.phrasing)}
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
            class="primary ${kind === 'delete' ? 'danger' : ''}"
            ?disabled=${this.#save.isBusy || this.#save.wait > 0 || (kind === 'edit' && this.#edit === undefined) || (kind === 'delete' && this.difference === undefined)}
          >
            ${kind === 'delete' ? words.deleteRole : needsPreview ? words.preview : desk.common.save}
          </button>`,
      },
      desk.text.messages,
      () => {
        this.task = undefined
      },
    )
  }

  #renderDeletion(role: Role, { roles }: RoleList): TemplateResult {
    const { words } = this
    return html`<div class="field">
      <label for="replacement">${words.replacement}</label>
      <select
        id="replacement"
        @change=${({ target }: Event) => {
          this.replacement = (target as HTMLSelectElement).value
          void this.#preview()
        }}
      >
        ${roles
          .filter(({ id, key }) => id !== role.id && key !== 'owner')
          .map(
            (other) =>
              html`<option value=${other.key} .selected=${other.key === this.replacement}>
                ${this.#nameOf(other)}
              </option>`,
          )}
      </select>
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-roles': TeamRoles
  }
}
