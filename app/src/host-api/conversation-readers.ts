import { type Database, gathered, readInWorkspace } from '@plantel/db'
import {
  type ConversationReaderFound,
  type PersonKey,
  readConversationReaders,
} from '@plantel/team'

/** Whom a host asks about, in one of its workspaces. */
export interface AskedReader {
  hostId: string
  workspaceId: string
  by: PersonKey
  reference: string
}

type Found = ConversationReaderFound | undefined

/** How many people one statement finds. */
const most = 100

/**
 * Finds what decides about a person's conversations; undefined where the host has no such workspace. Those of one workspace
 * who are asked about at the same time are found with one statement.
 */
export function createConversationReaders(db: Database): (asked: AskedReader) => Promise<Found> {
  return gathered<AskedReader, Found>({
    keyOf: ({ hostId, workspaceId, by }) => `${hostId} ${workspaceId} ${by}`,
    most,
    async work(asked) {
      const [{ hostId, workspaceId, by }] = asked
      const references = asked.map(({ reference }) => reference)
      const actor = { kind: 'system', id: null, requestId: 'authorize' } as const
      const found = await readInWorkspace(
        db,
        workspaceId,
        actor,
        (trx) => readConversationReaders(trx, hostId, by, references),
        { eager: true },
      )
      return found ?? asked.map(() => undefined)
    },
  })
}
