import { html, nothing, type TemplateResult } from 'lit'

import { ask } from '../../api/ask.ts'
import { type AccessDifference, type DepartmentEdit, withQuery } from '../../api/settings-api.ts'
import type { Department } from '../../contract/index.ts'
import type { SettingsMessages } from '../../i18n/settings/settings-messages.ts'
import { state } from '../../screens/reactive.ts'
import { emptyNotice } from '../notice.ts'
import { button, choiceField, selectField } from '../parts/controls.ts'
import { differenceNotice } from '../parts/difference.ts'
import { checkField, textField } from '../parts/fields.ts'
import { TeamView } from '../parts/team-view.ts'
import { TeamChoiceList } from '../team-choice-list/team-choice-list.ts'
import { type PickedPerson, TeamPersonPicker } from '../team-person-picker/team-person-picker.ts'

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
export class TeamDepartments extends TeamView<Task> {
  static readonly tag = 'team-departments'
  static override readonly uses = [TeamChoiceList, TeamPersonPicker]
  static override properties = { ...TeamView.properties, draft: state }

  override words!: SettingsMessages

  private departments: readonly Department[] | undefined
  private draft: Draft = { name: '', lead: null, isDefault: false, channelIds: [] }
  /** The department that takes the place of the one that is deleted; undefined for the default one. */
  private moveTo: string | undefined

  protected override async load(signal: AbortSignal): Promise<void> {
    const answer = await ask<{ departments: Department[] }>(this.desk.api, 'GET', 'departments', {
      signal,
    })
    this.departments = answer.departments
  }

  async #begin(task: Task): Promise<void> {
    const { department } = task
    this.moveTo = undefined
    this.draft = {
      name: department?.name ?? '',
      lead: department?.lead ?? null,
      isDefault: department?.isDefault ?? false,
      channelIds: department?.channels.map(({ id }) => id) ?? [],
    }
    await this.begin(task)
    if (task.kind === 'delete') await this.preview()
  }

  protected override async compare(
    task: Task,
    signal: AbortSignal,
  ): Promise<AccessDifference | undefined> {
    if (task.kind !== 'delete') return undefined
    const path = `departments/${task.department.id}/deletion-preview`
    return ask(this.desk.api, 'GET', withQuery(path, { moveTo: this.moveTo }), { signal })
  }

  protected override submit(): void {
    const { desk, task, draft, difference } = this
    if (task === undefined || (task.kind === 'edit' && draft.name.trim() === '')) return
    const { department } = task
    void this.finish(
      { departmentId: department?.id ?? null, action: task.kind },
      task.kind === 'delete' ? this.words.deleted(task.department.name) : desk.common.saved,
      (key) =>
        task.kind === 'delete'
          ? ask(
              desk.api,
              'DELETE',
              withQuery(`departments/${task.department.id}`, {
                moveTo: this.moveTo,
                previewHash: difference?.hash,
              }),
              { version: task.department.version },
            )
          : this.#put(department, key),
    )
  }

  async #put(department: Department | undefined, key: string): Promise<void> {
    const { draft, desk } = this
    const { name, lead, isDefault, channelIds } = draft
    const body: DepartmentEdit = {
      name: name.trim(),
      channelIds,
      // A lead who left meanwhile is nobody's mistake but that of whoever chooses them.
      ...(lead?.id !== department?.lead?.id && { leadMemberId: lead?.id ?? null }),
      ...(isDefault && department?.isDefault !== true && { isDefault }),
    }
    if (department === undefined) await ask(desk.api, 'POST', 'departments', { body, key })
    else {
      const { id, version } = department
      await ask(desk.api, 'PATCH', `departments/${id}`, { body, version })
    }
  }

  protected override renderView(): TemplateResult {
    const { words, departments } = this
    return html`${this.renderTop(
      this.desk.text.messages.departments,
      words.departmentsHint,
      button(words.newDepartment, () => this.#begin({ kind: 'edit', department: undefined }), {
        kind: 'primary',
      }),
    )}
    ${
      departments === undefined
        ? this.renderUnread()
        : departments.length === 0
          ? emptyNotice({ title: words.noDepartments, text: words.departmentsHint })
          : html`<ul class="cards">
              ${departments.map((department) => this.#card(department))}
            </ul>`
    }
    ${this.task && this.#renderTask(this.task)}`
  }

  #card(department: Department): TemplateResult {
    const { words, desk } = this
    const { name, isDefault, lead, memberCount, channels } = department
    return this.renderCard(
      html`<bdi>${name}</bdi>${
          isDefault ? html`<span class="mark owner">${words.defaultDepartment}</span>` : nothing
        }`,
      [
        words.members(memberCount),
        html`${lead && html`${words.lead}: <bdi>${lead.displayName}</bdi>`}
        ${channels.length === 0 ? nothing : html`<span>${desk.text.phrasing.list(channels.map(({ name }) => name))}</span>`}`,
      ],
      button(desk.common.edit, () => this.#begin({ kind: 'edit', department }), { about: name }),
      isDefault
        ? nothing
        : button(desk.common.delete, () => this.#begin({ kind: 'delete', department }), {
            kind: 'danger',
            about: name,
          }),
    )
  }

  #renderTask(task: Task): TemplateResult {
    const { desk, words } = this
    const { department } = task
    return task.kind === 'delete'
      ? this.renderQuestion({
          title: words.deleteTitle(task.department.name),
          body: this.#renderDeletion(task.department),
          submit: desk.common.delete,
          isDangerous: true,
          isDisabled: this.difference === undefined,
        })
      : this.renderQuestion({
          title: department === undefined ? words.newDepartment : words.edit(department.name),
          body: this.#renderForm(department),
          submit: desk.common.save,
        })
  }

  #renderForm(department: Department | undefined): TemplateResult {
    const { desk, words, draft } = this
    const put = (change: Partial<Draft>): void => {
      this.draft = { ...draft, ...change }
      this.save.forget()
    }
    const { channels } = desk.workspace
    return html`${textField(
        {
          id: 'name',
          label: words.itsName,
          value: draft.name,
          error:
            this.save.error?.problem.reason === 'name-taken'
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
        .value=${draft.lead}
        @change=${({ currentTarget }: Event) => put({ lead: (currentTarget as TeamPersonPicker).value })}
      ></team-person-picker>
      ${
        channels.length === 0
          ? nothing
          : choiceField(
              {
                label: desk.text.messages.channels,
                hint: words.channelsHint,
                choices: channels,
                value: draft.channelIds,
                desk,
              },
              (channelIds) => put({ channelIds }),
            )
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
    const fallback = departments.find(({ isDefault }) => isDefault)
    return html`<p>${words.deleteExplained}</p>
      ${selectField(
        {
          id: 'move-to',
          label: words.moveTo,
          value: this.moveTo ?? '',
          none: fallback === undefined ? words.noLead : words.moveToDefault(fallback.name),
          choices: departments
            .filter(({ id }) => id !== department.id)
            .map(({ id, name }) => [id, name]),
        },
        (moveTo) => {
          this.moveTo = moveTo || undefined
          void this.preview()
        },
      )}
      ${differenceNotice(this.difference, words, desk.text.phrasing)}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'team-departments': TeamDepartments
  }
}
