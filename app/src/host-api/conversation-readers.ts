import { type Database, readInWorkspace } from '@plantel/db'
import {
  type ConversationReaderFound,
  type PersonKey,
  readConversationReaders,
} from '@plantel/team'

import { type Gathered, gathered } from '../gathered.ts'

/** Whom a host asks about, in one of its workspaces. */
export interface AskedReader {
  hostId: string
  workspaceId: string
  by: PersonKey
  reference: string
}

type Found = ConversationReaderFound | undefined

/**
 * Finds what decides about a person's conversations; undefined where the host has no such workspace. Those of one workspace
 * who are asked about at the same time are found with one statement.
 */
export function createConversationReaders(db: Database): (asked: AskedReader) => Promise<Found> {
  const byWorkspace = new Map<string, Gathered<string, Found>>()
  return async ({ hostId, workspaceId, by, reference }) => {
    const key = `${hostId} ${workspaceId} ${by}`
    let readers = byWorkspace.get(key)
    if (readers === undefined) {
      readers = gathered(async (references) => {
        const actor = { kind: 'system', id: null, requestId: 'authorize' } as const
        const found = await readInWorkspace(
          db,
          workspaceId,
          actor,
          (trx) => readConversationReaders(trx, hostId, by, references),
          { eager: true },
        )
        return found ?? references.map(() => undefined)
      })
      byWorkspace.set(key, readers)
    }
    try {
      return await readers.ask(reference)
    } finally {
      // Workspaces that nobody asks about are not kept.
      if (readers.isIdle()) byWorkspace.delete(key)
    }
  }
}
