import { type ListResponse } from '../protocol/list-response.ts'
import type { Resource } from '../protocol/resource.ts'
import { listToJson } from './list-text.ts'
import type { JsonText } from './resource-call.ts'

/** A group as far as one statement read it. */
export interface GroupView {
  /** Without `members`. */
  readonly resource: Resource
  readonly members: readonly Resource[]
  /** The pages of members after the first; undefined when `members` are all. */
  readonly more: AsyncIterable<readonly Resource[]> | undefined
}

/** Prints a group; one with more members than were read at once comes in pieces. */
export function groupToJson(group: GroupView): JsonText {
  return group.more === undefined ? JSON.stringify(wholeGroup(group)) : printGroup(group)
}

/** Prints a list whose `Resources` are groups. */
export function groupListToJson(list: ListResponse<GroupView>): JsonText {
  const { Resources: groups, ...head } = list
  return groups.some((group) => group.more !== undefined)
    ? printList(head, groups)
    : listToJson({ ...head, Resources: groups.map((group) => wholeGroup(group)) })
}

/** MUST: an attribute without values is absent, not an empty list (RFC 7643 §2.5 treats them alike). */
function wholeGroup({ resource, members }: GroupView): Resource {
  return members.length === 0 ? resource : { ...resource, members }
}

async function* printGroup(group: GroupView): AsyncGenerator<string> {
  yield `${openObject(group.resource)}"members":[`
  yield listItems(group.members)
  for await (const page of group.more ?? []) {
    if (page.length > 0) yield `,${listItems(page)}`
  }
  yield ']}'
}

async function* printList(head: object, groups: readonly GroupView[]): AsyncGenerator<string> {
  yield `${openObject(head)}"Resources":[`
  for (const [index, group] of groups.entries()) {
    if (index > 0) yield ','
    const json = groupToJson(group)
    if (typeof json === 'string') yield json
    else yield* json
  }
  yield ']}'
}

/** The JSON of an object that has members, ready for one more. */
function openObject(object: object): string {
  return `${JSON.stringify(object).slice(0, -1)},`
}

function listItems(items: readonly unknown[]): string {
  return JSON.stringify(items).slice(1, -1)
}
