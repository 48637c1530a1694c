import type { DirectoryGroupDraft } from '@plantel/team'

import { fold } from '../protocol/fold.ts'
import type { Profile } from '../protocol/profile.ts'
import type { Resource } from '../protocol/resource.ts'
import { groupPathsInColumns } from './group-columns.ts'
import { groupModel, hasUniqueGroupNames } from './resource-models.ts'
import { fromStored, type ResourceRow, toStored } from './stored-resource.ts'

/** A member of a group as its row tells. */
export interface MemberOfGroup {
  readonly id: string
  readonly display: string
  readonly isGroup: boolean
}

/** What the workspace reads from a group, beside the group verbatim. */
export function groupToDraft(resource: Resource, profile: Profile): DirectoryGroupDraft {
  const { displayName: name, externalId } = resource
  const displayName = typeof name === 'string' ? name : ''
  return {
    displayName,
    displayKey: fold(displayName),
    externalId: typeof externalId === 'string' ? externalId : null,
    resource: toStored(resource, groupModel, groupPathsInColumns),
    uniqueDisplayName: hasUniqueGroupNames(profile),
  }
}

/** A group as SCIM shows it, without its members. */
export function groupFromRow(row: ResourceRow, baseUrl: string): Resource {
  return fromStored(row, 'Group', groupLocation(baseUrl, row.id))
}

/** One element of `members`. */
export interface MemberElement {
  readonly value: string
  readonly $ref: string
  readonly type: 'User' | 'Group'
  readonly display: string
}

/** Its names, in the order of the schema. */
export const memberParts: readonly (keyof MemberElement)[] = ['value', '$ref', 'type', 'display']

/** A member of a group as SCIM shows it. */
export function memberFromRow(
  { id, display, isGroup }: MemberOfGroup,
  baseUrl: string,
): MemberElement {
  return {
    value: id,
    $ref: isGroup ? groupLocation(baseUrl, id) : `${baseUrl}/Users/${id}`,
    type: isGroup ? 'Group' : 'User',
    display,
  }
}

/** The URL of a group. */
export function groupLocation(baseUrl: string, id: string): string {
  return `${baseUrl}/Groups/${id}`
}
