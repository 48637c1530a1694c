import { type Database, inInstallation } from '@plantel/db'
import type { z } from 'zod'

/** What the demo remembers between starts, as JSON under a key; secrets are sealed by who writes them. */
export interface Documents {
  /** Undefined when never saved; throws when the stored value is not of that shape. */
  load: <T>(key: string, shape: z.ZodType<T>) => Promise<T | undefined>
  save: (key: string, value: unknown) => Promise<void>
}

export function createDocuments(db: Database): Documents {
  return {
    async load(key, shape) {
      const row = await db.query
        .selectFrom('demo_documents')
        .select('value')
        .where('key', '=', key)
        .executeTakeFirst()
      return row === undefined ? undefined : shape.parse(row.value)
    },
    async save(key, value) {
      const text = JSON.stringify(value)
      await inInstallation(db, (query) =>
        query
          .insertInto('demo_documents')
          .values({ key, value: text })
          .onConflict((conflict) =>
            conflict.column('key').doUpdateSet({ value: text, updated_at: new Date() }),
          )
          .execute(),
      )
    },
  }
}
