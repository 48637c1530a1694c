/** Short spellings for schema data; what is not said is RFC 7643's default. */
import type { AttributeDefinition } from '../protocol/attribute.ts'

type Rest = Omit<Partial<AttributeDefinition>, 'name' | 'description'>

/** A string, optional, single, case-insensitive, readable and writable unless `rest` says otherwise. */
export function attribute(name: string, description: string, rest: Rest = {}): AttributeDefinition {
  return {
    name,
    type: 'string',
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...rest,
  }
}

/** The `type` and `primary` of a multi-valued attribute; two elements may share a `value` but for the type. */
export function labels(types: readonly string[], rest: Rest = {}): readonly AttributeDefinition[] {
  return [
    attribute('type', 'What the value is for.', { canonicalValues: types, ...rest }),
    attribute('primary', 'Whether this value is the preferred one; true at most once.', {
      type: 'boolean',
    }),
  ]
}

/** A multi-valued complex attribute of `value`, `type` and `primary`. */
export function labelled(
  name: string,
  description: string,
  types: readonly string[],
  value: Rest = {},
): AttributeDefinition {
  return attribute(name, description, {
    type: 'complex',
    multiValued: true,
    identity: ['value', 'type'],
    subAttributes: [
      attribute('value', `One of the ${name}.`, value),
      ...labels(types, value.indexed === true ? { indexed: true } : {}),
    ],
  })
}
