import { html, nothing, type TemplateResult } from 'lit'

import { ask } from '../../api/ask.ts'
import { listRoles } from '../../api/people-api.ts'
import { type AccessDifference, type RoleEdit, withQuery } from '../../api/settings-api.ts'
import type { Role, RoleList } from '../../contract/index.ts'
import { roleName } from '../../i18n/role-name.ts'
import { describeRole } from '../../i18n/roles/describe-role.ts'
import type { RoleMessages } from '../../i18n/roles/role-messages.ts'
import type { SettingsMessages } from '../../i18n/settings/settings-messages.ts'
import { state } from '../../screens/reactive.ts'
import { button, selectField } from '../parts/controls.ts'
import { differenceNotice } from '../parts/difference.ts'
import { TeamView } from '../parts/team-view.ts'
import { editOfRole, type RoleDraft, roleForm, roleKey } from './role-form.ts'
import { roleMatrix } from './role-matrix.ts'
import { teamRolesStyles } from './team-roles.styles.ts'

/** What is being done with a role: a copy begins with what it has. */
type Task = { kind: 'edit' | 'copy' | 'delete'; role: Role }

/** The roles of the workspace: what each allows, side by side, and what a change would do to people. */
export class TeamRoles extends TeamView<Task> {
  static readonly tag = 'team-roles'
  static override styles = [...TeamView.styles, teamRolesStyles]
  static override properties = {
    ...TeamView.properties,
    draft: state,
    isCompared: state,
  }

  override words!: SettingsMessages & { roles: RoleMessages }

  private list: RoleList | undefined
  private draft: RoleDraft = { name: '', permissions: [], grantable: [], conversationAccess: 'own' }
  private replacement = ''
  private isCompared = false

  protected override async load(signal: AbortSignal): Promise<void> {
    this.list = await listRoles(this.desk.api, signal)
  }

  #nameOf(role: Role): string {
    const reference = this.desk.workspace.roles.find(({ id }) => id === role.id)
    return roleName(reference ?? role, this.desk.text.messages)
  }

  async #begin(task: Task): Promise<void> {
    const { role } = task
    this.draft = {
      name: task.kind === 'copy' ? '' : this.#nameOf(role),
      permissions: role.permissions,
      grantable: role.grantable,
      conversationAccess: role.conversationAccess,
    }
    const lowest = this.list?.roles.findLast(({ id }) => id !== role.id)
    this.replacement = lowest?.key ?? ''
    await this.begin(task)
    if (task.kind === 'delete') await this.preview()
  }

  /** What is entered as the API takes it; undefined when nothing differs. */
  get #edit(): RoleEdit | undefined {
    const { task, draft } = this
    return task?.kind === 'edit' ? editOfRole(draft, task.role, this.#nameOf(task.role)) : undefined
  }

  /** Another name changes nobody's access. */
  get #needsPreview(): boolean {
    const edit = this.#edit
    return (
      edit !== undefined && Object.keys(edit).join() !== 'name' && this.difference === undefined
    )
  }

  protected override async compare(
    { kind, role }: Task,
    signal: AbortSignal,
  ): Promise<AccessDifference | undefined> {
    const { api } = this.desk
    const edit = this.#edit
    const path = `roles/${role.id}`
    if (kind === 'delete') {
      const { replacement } = this
      return ask(api, 'GET', withQuery(`${path}/deletion-preview`, { replacement }), { signal })
    }
    return edit && ask(api, 'POST', `${path}/preview`, { body: edit, signal })
  }

  protected override submit(): void {
    const { desk, task, draft, difference, replacement } = this
    if (task === undefined || (task.kind !== 'delete' && draft.name.trim() === '')) return
    if (this.#needsPreview) {
      void this.preview()
      return
    }
    const edit = this.#edit
    const { kind, role } = task
    const { api, common } = desk
    void this.finish(
      { roleId: kind === 'copy' ? null : role.id, action: kind },
      kind === 'delete' ? this.words.deleted(this.#nameOf(role)) : common.saved,
      async (key) => {
        const { id, version } = role
        const previewHash = difference?.hash
        if (kind === 'delete') {
          const path = withQuery(`roles/${id}`, { replacement, previewHash })
          await ask(api, 'DELETE', path, { version })
        } else if (kind === 'copy') {
          const name = draft.name.trim()
          const roles = this.list?.roles ?? []
          const copy = { ...draft, name, key: roleKey(name, roles), cloneOf: role.key }
          await ask(api, 'POST', 'roles', { body: copy, key })
        } else if (edit !== undefined) {
          const path = withQuery(`roles/${id}`, { previewHash })
          await ask(api, 'PATCH', path, { body: edit, version })
        }
      },
    )
  }

  protected override renderView(): TemplateResult {
    const { desk, words, list, isCompared } = this
    return html`${this.renderTop(
      desk.text.messages.views.roles,
      words.rolesHint,
      html`<button
        type="button"
        part="button"
        aria-expanded=${isCompared}
        @click=${() => {
          this.isCompared = !isCompared
        }}
      >
        ${words.showMatrix}
      </button>`,
    )}
    ${
      list === undefined
        ? this.renderUnread()
        : html`<ul class="cards">
              ${list.roles.map((role) => this.#card(role))}
            </ul>
            ${isCompared ? roleMatrix(list, desk.text.messages, words) : nothing}`
    }
    ${this.task === undefined || list === undefined ? nothing : this.#renderTask(this.task, list)}`
  }

  #card(role: Role): TemplateResult {
    const { words, desk } = this
    const about = this.#nameOf(role)
    return this.renderCard(
      html`<bdi>${about}</bdi>${
          role.isPreset ? html`<span class="mark">${words.builtIn}</span>` : nothing
        }`,
      [words.members(role.memberCount), describeRole(role, words.roles, desk.text.phrasing)],
      button(desk.common.edit, () => this.#begin({ kind: 'edit', role }), { about }),
      role.key === 'owner'
        ? nothing
        : button(desk.common.copy, () => this.#begin({ kind: 'copy', role }), { about }),
      role.isPreset
        ? nothing
        : button(desk.common.delete, () => this.#begin({ kind: 'delete', role }), {
            kind: 'danger',
            about,
          }),
    )
  }

  #renderTask({ kind, role }: Task, list: RoleList): TemplateResult {
    const { desk, words } = this
    const name = this.#nameOf(role)
    const titles: Record<Task['kind'], string> = {
      edit: words.edit(name),
      copy: words.newRole(name),
      delete: words.deleteTitle(name),
    }
    const isDelete = kind === 'delete'
    return this.renderQuestion({
      title: titles[kind],
      body: html`${
        isDelete
          ? selectField(
              {
                id: 'replacement',
                label: words.replacement,
                value: this.replacement,
                choices: list.roles
                  .filter(({ id, key }) => id !== role.id && key !== 'owner')
                  .map((other) => [other.key, this.#nameOf(other)]),
              },
              (replacement) => {
                this.replacement = replacement
                void this.preview()
              },
            )
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
                this.save.forget()
              },
            )
      }
      ${differenceNotice(this.difference, words, desk.text.phrasing)}`,
      submit: isDelete ? desk.common.delete : this.#needsPreview ? words.preview : desk.common.save,
      isDangerous: isDelete,
      isDisabled:
        (kind === 'edit' && this.#edit === undefined) ||
        (isDelete && this.difference === undefined),
    })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-roles': TeamRoles
  }
}
