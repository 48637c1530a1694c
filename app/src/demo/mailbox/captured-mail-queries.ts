import type { Database } from '@plantel/db'

/** A mail as the list shows it. */
export interface MailSummary {
  id: string
  recipient: string
  subject: string
  capturedAt: Date
}

export interface CapturedMail extends MailSummary {
  text: string
  html: string
}

const shown = 200

/** The latest mails, newest first. */
export async function listMails(db: Database): Promise<MailSummary[]> {
  return db.query
    .selectFrom('captured_mails')
    .select(['id', 'recipient', 'subject', 'captured_at as capturedAt'])
    .orderBy('id', 'desc')
    .limit(shown)
    .execute()
}

export async function loadMail(db: Database, id: string): Promise<CapturedMail | undefined> {
  // The column is a bigint: anything else in the address is not an id.
  if (!/^\d{1,18}$/.test(id)) return undefined
  return db.query
    .selectFrom('captured_mails')
    .select(['id', 'recipient', 'subject', 'text', 'html', 'captured_at as capturedAt'])
    .where('id', '=', id)
    .executeTakeFirst()
}
