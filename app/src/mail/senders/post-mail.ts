import type { MailDelivery } from '@plantel/db'

import { MailError } from '../mail-error.ts'
import type { Mail, Mailer } from '../mailer.ts'

/** How far a mail has come, and what kept the last attempt from being delivered. */
export interface Delivery {
  state: MailDelivery
  error: string | null
}

/**
 * Sends and keeps record: `sent`, `failed` for good, or still `queued` and then rejecting, so that it is tried again. An
 * undefined mailer is one that nobody has set up yet.
 */
export async function postMail(
  mailer: Mailer | undefined,
  mail: Mail,
  record: (delivery: Delivery) => Promise<void>,
): Promise<void> {
  try {
    if (mailer === undefined) throw new MailError('not-configured')
    await mailer.send(mail)
  } catch (thrown) {
    const error = thrown instanceof MailError ? thrown : new MailError('unknown', { cause: thrown })
    await record({ state: error.isFinal ? 'failed' : 'queued', error: error.kind })
    if (error.isFinal) return
    throw error
  }
  await record({ state: 'sent', error: null })
}
