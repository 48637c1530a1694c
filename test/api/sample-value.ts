import type { ApiDocument, JsonSchema } from './api-document.ts'

/** Makes bodies and parameters that a document allows: the least there must be, and everything named in `known`. */
export function createSampler(
  document: ApiDocument,
  known: Readonly<Record<string, string>>,
): (schema: JsonSchema, name: string, options?: { saysSomething: boolean }) => unknown {
  function sample(given: JsonSchema, name: string): unknown {
    const schema = resolve(given)
    const examples = schema.examples ?? (schema.example === undefined ? [] : [schema.example])
    const choice = schema.anyOf ?? schema.oneOf
    if (schema.const !== undefined) return schema.const
    if (isText(schema) && known[name] !== undefined) return known[name]
    if (examples.length > 0) return examples[0]
    if (schema.enum !== undefined) return schema.enum[0]
    if (choice?.[0] !== undefined) return sample(choice[0], name)
    return sampleOfType(schema, name)
  }

  function sampleOfType(schema: JsonSchema, name: string): unknown {
    const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
    switch (type) {
      case 'object':
        return sampleObject(schema)
      case 'array': {
        const items = schema.items ?? {}
        return Array.from({ length: schema.minItems ?? 0 }, () => sample(items, name))
      }
      case 'integer':
      case 'number':
        return schema.minimum ?? 1
      case 'boolean':
        return true
      case 'null':
        return null
      case 'string':
        return sampleText(schema, name)
      case undefined:
      default:
        throw new Error(`The schema of "${name}" has no type: describe it by meta({ example }).`)
    }
  }

  function sampleObject({ properties = {}, required = [] }: JsonSchema): Record<string, unknown> {
    const names = Object.keys(properties).filter((name) => required.includes(name) || name in known)
    return Object.fromEntries(names.map((name) => [name, sample(properties[name] ?? {}, name)]))
  }

  function resolve(schema: JsonSchema): JsonSchema {
    if (schema.$ref === undefined) return schema
    const target = document.components.schemas[schema.$ref.split('/').at(-1) ?? '']
    if (target === undefined) throw new Error(`There is no ${schema.$ref}.`)
    return target
  }

  return (schema, name, { saysSomething } = { saysSomething: false }) => {
    const { properties = {}, required = [] } = resolve(schema)
    const [first] = Object.keys(properties)
    const isTooEmpty = saysSomething && first !== undefined && required.length === 0
    return sample(isTooEmpty ? { ...resolve(schema), required: [first] } : schema, name)
  }
}

const byFormat: Readonly<Record<string, string>> = {
  date: '2031-01-01',
  'date-time': '2031-01-01T00:00:00Z',
  email: 'somebody@example.com',
  uri: 'https://inbox.example.com',
}

function isText({ type, anyOf }: JsonSchema): boolean {
  return type === 'string' || (anyOf?.some(isText) ?? false)
}

function sampleText({ format, pattern, minLength }: JsonSchema, name: string): string {
  const formatted = byFormat[format ?? '']
  if (formatted !== undefined) return formatted
  if (pattern !== undefined || format !== undefined) {
    throw new Error(`Nobody can guess a "${name}": give its schema meta({ example }).`)
  }
  return 'x'.repeat(Math.max(minLength ?? 0, 1))
}
