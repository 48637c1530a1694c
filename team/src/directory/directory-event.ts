import type { DirectoryEventType } from '../history/directory-event-types.ts'
import { sameJson } from './same-json.ts'

/** What is told of a directory user or group. Names and no values: whoever may see those reads them. */
export interface DirectoryEventPayload {
  resource: { kind: 'user' | 'group'; id: string }
  connection: { id: string }
  /** Attributes that were given or changed, as SCIM paths (RFC 7644 §3.5.2); `active` has its own word. */
  attributes: string[]
  /** What `active` is now; absent where it is what it was, or is of no account. */
  active?: boolean
}

/** A user or group before or after a change; `resource` is as SCIM shows it. */
interface Told {
  id: string
  connection_id: string
  resource: Record<string, unknown>
}

/** The event of a change; one side is null for what has come or gone. */
export function directoryEvent(
  type: DirectoryEventType,
  before: Told | null,
  after: Told | null,
  membersChanged = false,
): { type: DirectoryEventType; memberId: null; payload: Record<string, unknown> } {
  const told = after ?? before
  if (told === null) throw new Error(`${type} is about nothing.`)
  const payload: DirectoryEventPayload = {
    resource: { kind: type.startsWith('directory_user') ? 'user' : 'group', id: told.id },
    connection: { id: told.connection_id },
    attributes:
      after === null
        ? []
        : [
            ...changedAttributes(before?.resource ?? {}, after.resource),
            ...(membersChanged ? ['members'] : []),
          ],
    ...(after === null ? {} : activity(before, after)),
  }
  // Of everybody who is linked to it by then: who that is, is looked up when it is sent.
  return { type, memberId: null, payload: { ...payload } }
}

function activity(before: Told | null, after: Told): { active?: boolean } {
  const active = after.resource['active']
  if (typeof active !== 'boolean') return {}
  // Whoever is created active is created; that is all there is to say.
  const was = before === null ? true : before.resource['active']
  return was === active ? {} : { active }
}

/** Names of what differs; an extension's attributes one by one, with its URN before them. */
export function changedAttributes(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name) => {
    if (!isAttribute(name) || sameJson(before[name], after[name])) return []
    if (!name.startsWith('urn:')) return [name]
    const parts = changedAttributes(asObject(before[name]), asObject(after[name]))
    return parts.map((part) => `${name}:${part}`)
  })
}

/** What is kept beside a resource's attributes is not called as one may be. RFC 7643 §2.1. */
function isAttribute(name: string): boolean {
  return /^[a-z]/i.test(name) && name !== 'schemas' && name !== 'active'
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
