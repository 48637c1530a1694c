import { createId, type Database, readInWorkspace } from '@plantel/db'
import { readMemberAccess } from '@plantel/team'

import { MailError } from '../mail-error.ts'
import type { Mailer } from '../mailer.ts'
import { renderPasswordResetMail } from '../password-reset-mail.ts'
import type { MailSender } from './mail-sender.ts'

/** The link's own life: a mail that is later leads nowhere. */
const worthSendingMs = 30 * 60 * 1_000

/** Sends the link behind which somebody chooses a new password. */
export function createPasswordResetSender(deps: {
  db: Database
  mailer: Mailer | undefined
  urlOf: (resetId: string) => string
}): MailSender {
  const { db, mailer, urlOf } = deps
  return {
    types: new Set(['password.reset_requested']),
    concerns: ({ occurredAt }) =>
      mailer !== undefined && Date.now() - occurredAt.getTime() <= worthSendingMs,
    async send({ memberId, payload }, workspace) {
      const { resetId } = payload
      if (mailer === undefined || memberId === null || typeof resetId !== 'string') return
      const actor = { kind: 'system', id: null, requestId: createId() } as const
      const member = await readInWorkspace(db, workspace.id, actor, (trx) =>
        readMemberAccess(trx, memberId),
      )
      if (member?.email == null || member.state !== 'active') return
      const { id, name, brand, locale } = workspace
      const mail = renderPasswordResetMail({
        workspaceId: id,
        workspaceName: name,
        brand,
        recipient: member.email,
        name: member.givenName ?? member.displayName,
        language: member.language ?? locale,
        url: urlOf(resetId),
      })
      await mailer.send(mail).catch((error: unknown) => {
        // An address that does not exist must not hold up everybody else's mail.
        if (!(error instanceof MailError && error.isFinal)) throw error
      })
    },
  }
}
