import { html, nothing, type TemplateResult } from 'lit'

import type { MappingRule, RuleCondition } from '../../contract/index.ts'
import type { DirectoryMessages } from '../../i18n/directory/directory-messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import type { Desk } from '../../screens/desk.ts'
import { choiceField, selectField } from '../parts/controls.ts'
import { checkField, textField } from '../parts/fields.ts'

/** The text of a condition: a name, a pattern, or values with commas between. */
export function conditionText(when: RuleCondition): string {
  if (when.kind === 'group') return when.group.displayName
  if ('pattern' in when) return when.pattern
  if ('values' in when) return when.values.join(', ')
  return 'value' in when ? when.value : ''
}

/** Of whom a rule speaks, without the text that it compares. */
export function conditionSentence(when: RuleCondition, words: DirectoryMessages): unknown {
  return when.kind === 'attribute' ? html`<code>${when.attribute}</code>` : words.kinds[when.kind]
}

/** Whether something is missing without which a rule says nothing. */
export function isComplete({ when }: MappingRule): boolean {
  return when.kind === 'attribute' || conditionText(when).trim() !== ''
}

/** Of whom, and what they get. */
export function mappingRuleForm(
  rule: MappingRule,
  words: DirectoryMessages,
  desk: Desk,
  onEdit: (rule: MappingRule) => void,
): TemplateResult {
  const { workspace, text } = desk
  const { when } = rule
  const put = (kind: string, value: string): void => {
    const { orphaned: _orphaned, ...rest } = rule
    onEdit({
      ...rest,
      when:
        kind === 'group'
          ? { kind, group: { displayName: value } }
          : { kind: 'group-pattern', pattern: value },
    })
  }
  const value = conditionText(when)
  return html`${
    when.kind === 'attribute'
      ? html`<p class="info">${conditionSentence(when, words)} <bdi>${value}</bdi></p>`
      : html`<div class="grid">
          ${selectField(
            {
              id: 'kind',
              label: words.rules,
              value: when.kind,
              choices: [
                ['group', words.kinds.group],
                ['group-pattern', words.kinds['group-pattern']],
              ],
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
      label: text.messages.role,
      value: rule.role,
      none: words.noRole,
      choices: workspace.roles
        .filter(({ key }) => key !== 'owner')
        .map((role) => [role.key, roleName(role, text.messages)]),
    },
    (role) => onEdit({ ...rule, role: role || null }),
  )}
  ${
    workspace.departments.length === 0
      ? nothing
      : choiceField(
          {
            label: text.messages.departments,
            choices: workspace.departments.map(({ name }) => ({ id: name, name })),
            value: rule.departments,
            desk,
          },
          (departments) => onEdit({ ...rule, departments: [...departments] }),
        )
  }
  ${checkField({ label: desk.common.supervisor, checked: rule.supervisor }, (supervisor) =>
    onEdit({ ...rule, supervisor }),
  )}`
}
