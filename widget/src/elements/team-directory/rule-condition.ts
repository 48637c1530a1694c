import { html } from 'lit'

import type { MappingRule, RuleCondition } from '../../contract/index.ts'
import type { DirectoryMessages } from '../../i18n/directory/directory-messages.ts'

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
