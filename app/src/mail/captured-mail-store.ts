import { type Database, inInstallation } from '@plantel/db'

import type { Mailer } from './mailer.ts'

/** Keeps mail for the demo's mailbox instead of sending it. */
export function createCapturingMailer(db: Database): Mailer {
  return {
    async send({ workspaceId, recipient, subject, text, html }) {
      await inInstallation(db, (query) =>
        query
          .insertInto('captured_mails')
          .values({ workspace_id: workspaceId, recipient, subject, text, html })
          .execute(),
      )
    },
  }
}
