import { createTransport } from 'nodemailer'

import type { Config } from '../config.ts'
import { toMailError } from './mail-error.ts'

/** A rendered mail to one person. */
export interface Mail {
  workspaceId: string
  recipient: string
  subject: string
  text: string
  html: string
}

/** Where mail goes. */
export interface Mailer {
  /** Rejects with `MailError` when it did not go there. */
  send(mail: Mail): Promise<void>
}

/** Sends by SMTP (RFC 5321), giving up on a server that does not answer. */
export function createSmtpMailer({ smtpUrl, from }: NonNullable<Config['mail']>): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
  })
  return {
    async send({ recipient, subject, text, html }) {
      // An address object is never read as a list of further recipients.
      const to = { name: '', address: recipient }
      await transport.sendMail({ from, to, subject, text, html }).catch((error: unknown) => {
        throw toMailError(error)
      })
    },
  }
}
