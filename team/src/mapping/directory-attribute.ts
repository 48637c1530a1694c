const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const plantel = 'urn:ietf:params:scim:schemas:extension:plantel:2.0:User'

/** What of a directory user a rule may look at, by the name it has in rules. */
export type DirectoryAttribute =
  | 'title'
  | 'userType'
  | 'preferredLanguage'
  | 'locale'
  | 'roles'
  | 'entitlements'
  | 'employeeNumber'
  | 'costCenter'
  | 'organization'
  | 'division'
  | 'department'
  | 'workspaceRole'
  | 'departments'
  | 'channels'

/** Where each stands in the stored resource. Of complex elements their `value` counts. */
const paths: Readonly<Record<DirectoryAttribute, readonly string[]>> = {
  title: ['title'],
  userType: ['userType'],
  preferredLanguage: ['preferredLanguage'],
  locale: ['locale'],
  roles: ['roles'],
  entitlements: ['entitlements'],
  employeeNumber: [enterprise, 'employeeNumber'],
  costCenter: [enterprise, 'costCenter'],
  organization: [enterprise, 'organization'],
  division: [enterprise, 'division'],
  department: [enterprise, 'department'],
  workspaceRole: [plantel, 'workspaceRole'],
  departments: [plantel, 'departments'],
  channels: [plantel, 'channels'],
}

/** Every attribute, in the order of a menu. */
export const directoryAttributes: readonly DirectoryAttribute[] = Object.keys(
  paths,
) as DirectoryAttribute[]

/** Keys from the root of a stored resource to the attribute. */
export function pathOfAttribute(attribute: DirectoryAttribute): readonly string[] {
  return paths[attribute]
}

export function isDirectoryAttribute(name: string): name is DirectoryAttribute {
  return Object.hasOwn(paths, name)
}

/** Texts longer than this name nothing: no rule looks at them. */
export const maxMatchedLength = 256

/** The attribute's texts, each once; from JSON as it is stored, whatever a directory put there. */
export function attributeValues(stored: unknown): string[] {
  const values = (Array.isArray(stored) ? stored : [stored]).flatMap((element) => {
    const text = textOf(element)
    return text === undefined ? [] : [text]
  })
  return [...new Set(values)]
}

function textOf(element: unknown): string | undefined {
  const value =
    typeof element === 'object' && element !== null ? Reflect.get(element, 'value') : element
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  return text === '' || text.length > maxMatchedLength ? undefined : text
}

/** The attribute of a whole stored resource. */
export function readAttribute(
  resource: Readonly<Record<string, unknown>>,
  attribute: DirectoryAttribute,
): string[] {
  let value: unknown = resource
  for (const key of paths[attribute]) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  }
  return attributeValues(value)
}

/** Whether two stored resources differ in anything that a rule might look at. */
export function differsForRules(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): boolean {
  return directoryAttributes.some(
    (attribute) =>
      readAttribute(before, attribute).join('\n') !== readAttribute(after, attribute).join('\n'),
  )
}
