import { type Actor, createId } from '@plantel/db'

/** For what nobody in particular asks for: look-ups on the way to knowing who somebody is. */
export function systemActor(): Actor {
  return { kind: 'system', id: null, requestId: createId() }
}
