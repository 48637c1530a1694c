import { isId } from '@plantel/db'
import type { DirectoryUserDraft, DirectoryUserEmail } from '@plantel/team'

import { fold } from '../protocol/fold.ts'
import { emptyObject, isObject, type Resource, type ResourceObject } from '../protocol/resource.ts'
import { enterpriseUserSchema } from '../schemas/enterprise-user-schema.ts'
import { type EffectiveAccess, placeEffectiveAccess } from './effective-access.ts'
import { groupLocation } from './group-resource.ts'
import { userModel } from './resource-models.ts'
import { fromStored, type ResourceRow, toStored } from './stored-resource.ts'
import { userPathsInColumns } from './user-columns.ts'

/** Another resource, as a user refers to it. */
interface Related {
  readonly id: string
  readonly display: string
}

/** A user with what was read of the resources around them. */
export interface UserRow extends ResourceRow {
  readonly groups: readonly (Related & { readonly isDirect: boolean })[]
  /** Null when there is none, when it was not read, and when no user has that id. */
  readonly manager: Related | null
  /** Null when it was not read, and when nobody is linked to the user. */
  readonly effective_access: EffectiveAccess | null
}

/** What the workspace reads from a user, beside the user verbatim. */
export function userToDraft(resource: Resource): DirectoryUserDraft {
  // MUST: a user who isn't said to be inactive is active; filters and answers then agree with the row.
  resource['active'] ??= true
  const userName = textOf(resource, 'userName') ?? ''
  const displayName = textOf(resource, 'displayName')
  const name = objectOf(resource, 'name')
  return {
    userName,
    userNameKey: fold(userName),
    externalId: textOf(resource, 'externalId'),
    displayName,
    displayKey: displayName === null ? null : fold(displayName),
    active: resource['active'] !== false,
    resource: toStored(resource, userModel, userPathsInColumns),
    emails: emailsOf(resource),
    givenName: textOf(name, 'givenName'),
    familyName: textOf(name, 'familyName'),
    title: textOf(resource, 'title'),
    department: textOf(objectOf(resource, enterpriseUserSchema.id), 'department'),
    phone: bestValue(resource, 'phoneNumbers', ['work', 'mobile']),
    preferredLanguage: textOf(resource, 'preferredLanguage'),
    timeZone: textOf(resource, 'timezone'),
    photoUrl: bestValue(resource, 'photos', ['photo', 'thumbnail'], isPictureUrl),
  }
}

/** A user as SCIM shows it, to be changed unless `toResource` only lets it be looked at. */
export function userFromRow(
  row: UserRow,
  baseUrl: string,
  toResource: typeof fromStored = fromStored,
): Resource {
  const resource = toResource(row, 'User', userLocation(baseUrl, row.id))
  if (row.groups.length > 0) {
    resource['groups'] = row.groups.map(({ id, display, isDirect }) =>
      Object.assign(emptyObject(), {
        value: id,
        $ref: groupLocation(baseUrl, id),
        display,
        type: isDirect ? 'direct' : 'indirect',
      }),
    )
  }
  const manager = objectOf(resource, enterpriseUserSchema.id)['manager']
  if (row.manager !== null && isObject(manager)) {
    manager['$ref'] = userLocation(baseUrl, row.manager.id)
    manager['displayName'] = row.manager.display
  }
  placeEffectiveAccess(resource, row.effective_access)
  return resource
}

/** Whether a user names a manager, who may be a user. */
export function hasManager(resource: Resource): boolean {
  return 'manager' in objectOf(resource, enterpriseUserSchema.id)
}

/** The id that a stored user's manager has, if it can be one of ours. */
export function managerIdOf(resource: Readonly<Record<string, unknown>>): string | undefined {
  const extension = resource[enterpriseUserSchema.id]
  const manager = isObject(extension) ? extension['manager'] : undefined
  const value = isObject(manager) ? manager['value'] : undefined
  return typeof value === 'string' && isId(value) ? value : undefined
}

/** The URL of a user. */
export function userLocation(baseUrl: string, id: string): string {
  return `${baseUrl}/Users/${id}`
}

function emailsOf(resource: Resource): DirectoryUserEmail[] {
  return elementsOf(resource, 'emails').flatMap((email) => {
    const value = textOf(email, 'value')
    const type = textOf(email, 'type')
    if (value === null) return []
    return {
      // Folded, since the row serves filters; how it was written is in the resource.
      type: type === null ? null : fold(type),
      value,
      valueKey: fold(value),
      isPrimary: email['primary'] === true,
    }
  })
}

/** A picture as data URI would travel with every page of the members list. */
function isPictureUrl(text: string): boolean {
  return text.length <= 2_048 && /^https:\/\//i.test(text) && URL.canParse(text)
}

/** The value of the primary element, else of the first with a preferred type, else of the first. */
function bestValue(
  resource: Resource,
  name: string,
  types: readonly string[],
  fits: (value: string) => boolean = (): boolean => true,
): string | null {
  const elements = elementsOf(resource, name).filter((each) => {
    const value = textOf(each, 'value')
    return value !== null && fits(value)
  })
  const typed = types.map((type) =>
    elements.find((each) => fold(textOf(each, 'type') ?? '') === type),
  )
  const primary = elements.find((each) => each['primary'] === true)
  const best = [primary, ...typed, elements[0]].find((each) => each !== undefined)
  return best === undefined ? null : textOf(best, 'value')
}

function elementsOf(resource: Resource, name: string): readonly ResourceObject[] {
  const value: unknown = resource[name]
  return Array.isArray(value) ? value.filter((each) => isObject(each)) : []
}

function objectOf(resource: Resource, name: string): ResourceObject {
  const value = resource[name]
  return isObject(value) ? value : emptyObject()
}

function textOf(object: ResourceObject, name: string): string | null {
  const value = object[name]
  return typeof value === 'string' ? value : null
}
