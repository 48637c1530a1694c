import { html, nothing, type TemplateResult } from 'lit'

import type { AuditActorKind, AuditEntry } from '../../contract/index.ts'
import type { ActivityMessages } from '../../i18n/activity/activity-messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import type { Desk } from '../../screens/desk.ts'

/** What was done, to whom, by whom, from where and when; what is different now on demand. */
export function activityEntry(
  entry: AuditEntry,
  words: ActivityMessages,
  desk: Desk,
): TemplateResult {
  const { action, actor, subject, occurredAt, erased } = entry
  const { phrasing } = desk.text
  const [kind = '', deed = ''] = action.split('.')
  const kinds: Partial<Record<string, string>> = words.kinds
  const source = actor.kind as AuditActorKind
  const time = new Date(occurredAt)
  const changes = changesOf(entry)
  return html`<li class="card" part="row">
    <span class="title">${words.deeds[deed] ?? words.deeds.changed}</span>
    <span class="subject"
      ><bdi>${subject.name ?? kinds[kind] ?? words.kinds.workspace}</bdi>${
        subject.name && html` <span class="hint">${kinds[kind] ?? nothing}</span>`
      }</span
    >
    <span><bdi>${actor.name}</bdi> <span class="mark">${words.sources[source]}</span></span>
    <time class="hint" datetime=${occurredAt} title=${phrasing.dateAndTime(time)}
      >${phrasing.ago(time, Date.now())}</time
    >
    ${
      erased
        ? html`<p class="hint wide">${words.erased}</p>`
        : changes.length === 0
          ? nothing
          : html`<details class="wide">
              <summary>${words.details}</summary>
              <table>
                <thead>
                  <tr>
                    ${[words.field, words.before, words.after].map((name) => html`<th scope="col">${name}</th>`)}
                  </tr>
                </thead>
                <tbody>
                  ${changes.map(
                    ([field, before, after]) =>
                      html`<tr>
                        <th scope="row">${fieldName(field, words, desk)}</th>
                        <td>${shown(field, before, desk)}</td>
                        <td>${shown(field, after, desk)}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </details>`
    }
  </li>`
}

/** The fields that differ, with what each was and is. */
function changesOf({
  before,
  after,
}: AuditEntry): [field: string, before: unknown, after: unknown][] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return [...fields]
    .map((field): [string, unknown, unknown] => [field, before?.[field], after?.[field]])
    .filter(([, was, is]) => JSON.stringify(was ?? null) !== JSON.stringify(is ?? null))
}

function fieldName(field: string, words: ActivityMessages, desk: Desk): unknown {
  const { state, role, departments, channels } = desk.text.messages
  const names: Partial<Record<string, string>> = {
    ...words.fields,
    state,
    role,
    departments,
    channels,
  }
  return names[field] ?? html`<code>${field}</code>`
}

/** A value as a person reads it; what is deeper than a list is shown as it is. */
function shown(field: string, value: unknown, { text, workspace }: Desk): unknown {
  const { messages, phrasing } = text
  const role = field === 'role' && workspace.roles.find(({ key }) => key === value)
  const states: Partial<Record<string, string>> = messages.states
  if (role) return roleName(role, messages)
  if (typeof value === 'string') return html`<bdi>${states[value] ?? value}</bdi>`
  if (Array.isArray(value) && typeof value[0] === 'string') {
    return html`<bdi>${phrasing.list(value as string[])}</bdi>`
  }
  return value == null ? '–' : html`<code>${JSON.stringify(value)}</code>`
}
