import { html, nothing, type TemplateResult } from 'lit'

import type { MappingRule, RuleCondition } from '../../contract/index.ts'
import type { DirectoryMessages } from '../../i18n/directory/directory-messages.ts'
import { roleName } from '../../i18n/role-name.ts'
import type { Desk } from '../../screens/desk.ts'
import { choiceField, selectField } from '../parts/controls.ts'
import { checkField, textField } from '../parts/fields.ts'

/** What of a directory's people a rule may look at, as directories call it. */
const attributes: readonly string[] = [
  'title',
  'userType',
  'department',
  'division',
  'organization',
  'costCenter',
  'employeeNumber',
  'roles',
  'entitlements',
  'preferredLanguage',
  'locale',
  'workspaceRole',
  'departments',
  'channels',
]

/** A condition with its parts beside each other, so that changing the kind loses nothing. */
interface ConditionDraft {
  kind: RuleCondition['kind']
  attribute: string
  operator: Extract<RuleCondition, { kind: 'attribute' }>['operator']
  text: string
}

/** The text of a condition: a name, a pattern, or values with commas between. */
export function conditionText(when: RuleCondition): string {
  if (when.kind === 'group') return when.group.displayName
  if ('pattern' in when) return when.pattern
  if ('values' in when) return when.values.join(', ')
  return 'value' in when ? when.value : ''
}

function draftOf(when: RuleCondition): ConditionDraft {
  const text = conditionText(when)
  return when.kind === 'attribute'
    ? { kind: when.kind, attribute: when.attribute, operator: when.operator, text }
    : { kind: when.kind, attribute: 'department', operator: 'equals', text }
}

function conditionOf({ kind, attribute, operator, text }: ConditionDraft): RuleCondition {
  if (kind === 'group') return { kind, group: { displayName: text } }
  if (kind === 'group-pattern') return { kind, pattern: text }
  switch (operator) {
    case 'equals':
      return { kind, attribute, operator, value: text }
    case 'pattern':
      return { kind, attribute, operator, pattern: text }
    case 'one-of':
      return { kind, attribute, operator, values: text.split(/\s*,\s*/) }
    case 'any':
      return { kind, attribute, operator }
    default:
      return operator satisfies never
  }
}

/** Whether something is missing without which a rule says nothing. */
export function isComplete({ when }: MappingRule): boolean {
  return conditionText(when).trim() !== '' || ('operator' in when && when.operator === 'any')
}

/** Of whom, and what they get. */
export function mappingRuleForm(
  rule: MappingRule,
  words: DirectoryMessages,
  desk: Desk,
  onEdit: (rule: MappingRule) => void,
): TemplateResult {
  const draft = draftOf(rule.when)
  const when = (change: Partial<ConditionDraft>): void => {
    const { orphaned: _orphaned, ...rest } = rule
    onEdit({ ...rest, when: conditionOf({ ...draft, ...change }) })
  }
  const isAttribute = draft.kind === 'attribute'
  const isPattern = draft.kind === 'group-pattern' || (isAttribute && draft.operator === 'pattern')
  const { workspace, text } = desk
  return html`<div class="grid">
      ${selectField(
        {
          id: 'kind',
          label: words.rules,
          value: draft.kind,
          choices: Object.entries(words.kinds),
        },
        (kind) => when({ kind: kind as ConditionDraft['kind'] }),
      )}
      ${
        isAttribute
          ? html`${selectField(
              {
                id: 'attribute',
                label: words.attribute,
                value: draft.attribute,
                choices: attributes.map((name) => [name, name]),
              },
              (attribute) => when({ attribute }),
            )}
            ${selectField(
              {
                id: 'operator',
                label: words.attribute,
                value: draft.operator,
                choices: Object.entries(words.operators),
              },
              (operator) => when({ operator: operator as ConditionDraft['operator'] }),
            )}`
          : nothing
      }
      ${
        isAttribute && draft.operator === 'any'
          ? nothing
          : textField(
              {
                id: 'value',
                label: isPattern ? words.pattern : isAttribute ? words.value : words.group,
                value: draft.text,
                ...(isPattern && { hint: words.patternHint }),
                ...(isAttribute && draft.operator === 'one-of' && { hint: words.valuesHint }),
                onInput: (value) => when({ text: value }),
              },
              desk,
            )
      }
    </div>
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
    ${checkField({ label: words.supervisor, checked: rule.supervisor }, (supervisor) =>
      onEdit({ ...rule, supervisor }),
    )}`
}
