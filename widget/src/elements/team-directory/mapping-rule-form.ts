import { html, nothing, type TemplateResult } from 'lit'

import type { MappingRule, NamedReference } from '../../contract/index.ts'
import type { DirectoryMessages } from '../../i18n/directory/directory-messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import type { Desk } from '../../screens/desk.ts'
import { choiceField, selectField } from '../parts/controls.ts'
import { checkField, textField } from '../parts/fields.ts'
import { conditionSentence, conditionText } from './rule-condition.ts'

/** Of whom, and what they get; whose word it is where a new rule may follow one of several directories. */
export function mappingRuleForm(
  rule: MappingRule,
  directories: readonly NamedReference[],
  words: DirectoryMessages,
  desk: Desk,
  onEdit: (rule: MappingRule) => void,
): TemplateResult {
  const { workspace, text } = desk
  const { messages } = text
  const { when, role } = rule
  const value = conditionText(when)
  const put = (kind: string, value: string): void => {
    // What the former condition named is nothing that the next one says.
    const { orphaned: _orphaned, named: _named, ...rest } = rule
    onEdit({
      ...rest,
      when:
        kind === 'group'
          ? { kind, group: { displayName: value } }
          : { kind: 'group-pattern', pattern: value },
    })
  }
  const give = (field: 'departments' | 'channels', choices: NamedReference[]): unknown =>
    choices.length === 0
      ? nothing
      : choiceField({ label: messages[field], choices, value: rule[field], desk }, (chosen) =>
          onEdit({ ...rule, [field]: [...chosen] }),
        )
  return html`${
    rule.id === undefined && directories.length > 1
      ? selectField(
          {
            id: 'connection',
            label: messages.views.directory,
            value: rule.connectionId ?? '',
            choices: directories.map(({ id, name }) => [id, name]),
          },
          (connectionId) => onEdit({ ...rule, connectionId }),
        )
      : nothing
  }
  ${
    when.kind === 'attribute'
      ? html`<p class="info">${conditionSentence(when, words)} <bdi>${value}</bdi></p>`
      : html`<div class="grid">
          ${selectField(
            {
              id: 'kind',
              label: words.rules,
              value: when.kind,
              choices: (['group', 'group-pattern'] as const).map((kind) => [
                kind,
                words.kinds[kind],
              ]),
            },
            (kind) => put(kind, value),
          )}
          ${textField(
            {
              id: 'value',
              label: words.kinds[when.kind],
              value,
              ...(when.kind === 'group-pattern' && { hint: words.patternHint }),
              onInput: (text) => put(when.kind, text),
            },
            desk,
          )}
        </div>`
  }
  ${selectField(
    {
      id: 'role',
      label: messages.role,
      value: role,
      none: words.noRole,
      choices: workspace.roles
        .filter(({ key }) => key !== 'owner')
        .map((role) => [role.key, roleName(role, messages)]),
    },
    (role) => onEdit({ ...rule, role: role || null }),
  )}
  ${give(
    'departments',
    workspace.departments.map(({ name }) => ({ id: name, name })),
  )}
  ${give(
    'channels',
    workspace.channels.map(({ key, name }) => ({ id: key, name })),
  )}
  ${checkField({ label: desk.common.supervisor, checked: rule.supervisor }, (supervisor) =>
    onEdit({ ...rule, supervisor }),
  )}`
}
