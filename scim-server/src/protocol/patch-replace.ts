/** Replace operation. RFC 7644 §3.5.2.3. */
import { applyAdd } from './patch-add.ts'
import { assignValue, type PatchContext } from './patch-place.ts'
import { setSelected } from './patch-selected.ts'
import type { AttributeTarget } from './patch-target.ts'
import { readValue } from './read-value.ts'

/** Replaces a value; where RFC 7644 gives replace the meaning of add, it is add. */
export function applyReplace(context: PatchContext, target: AttributeTarget, json: unknown): void {
  const { attribute, filter, subAttribute } = target
  const whole = filter === undefined && subAttribute === undefined
  if (whole && (attribute.multiValued || context.profile === 'interop')) {
    assignValue(context, attribute, readValue(attribute, json, context))
  } else if (filter !== undefined || (attribute.multiValued && subAttribute !== undefined)) {
    setSelected(context, 'replace', target, json)
  } else {
    applyAdd(context, target, json, 'replace')
  }
}
