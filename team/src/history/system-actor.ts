import { type Actor, createId } from '@plantel/db'

/** Nobody in particular: what the installation does by itself. */
export function systemActor(): Actor {
  return { kind: 'system', id: null, requestId: createId() }
}
