import { createId, type Database, inWorkspace, readInWorkspace } from '@plantel/db'
import {
  type EmailChange,
  type EmailChangeTokens,
  loadEmailChange,
  recordEmailChangeDelivery,
  type Workspace,
} from '@plantel/team'

import {
  renderEmailConfirmationMail,
  renderEmailGivenMail,
  renderEmailNoticeMail,
} from '../email-change-mail.ts'
import { MailError } from '../mail-error.ts'
import type { Mail, Mailer } from '../mailer.ts'
import type { MailSender } from './mail-sender.ts'
import { postMail } from './post-mail.ts'

/** Asks the new address whether it is the person's, and tells the former one what is asked and what has happened. */
export function createEmailChangeSender(deps: {
  db: Database
  mailer: Mailer | undefined
  tokens: EmailChangeTokens
  publicUrl: string
}): MailSender {
  const { db, mailer, tokens, publicUrl } = deps
  const actor = { kind: 'system', id: null, requestId: createId() } as const

  async function ask(change: EmailChange, workspace: Workspace): Promise<void> {
    if (change.state !== 'open') return
    // First the one that is on record: whatever fails after it, it is not sent twice.
    if (change.delivery.state === 'queued') {
      const url = `${publicUrl}/email/${tokens.issue(change.id)}`
      const mail = renderEmailConfirmationMail(change, workspace, url)
      await postMail(mailer, mail, (delivery) =>
        inWorkspace(db, workspace.id, actor, (trx) =>
          recordEmailChangeDelivery(trx, change.id, delivery),
        ),
      )
    }
    await tellFormer('warn', change, workspace)
  }

  async function tellFormer(
    kind: 'warn' | 'done',
    change: EmailChange,
    workspace: Workspace,
  ): Promise<void> {
    const { formerEmail } = change
    if (formerEmail === null) return
    await tell(renderEmailNoticeMail(kind, change, workspace, formerEmail))
  }

  async function tell(mail: Mail): Promise<void> {
    // A mailbox that is gone must not hold up everybody else's mail.
    await mailer?.send(mail).catch((error: unknown) => {
      if (!(error instanceof MailError && (error.isFinal || error.isOfRecipient))) throw error
    })
  }

  return {
    types: new Set(['email_change.requested', 'email_change.completed']),
    concerns: ({ payload }) => typeof payload['changeId'] === 'string',
    async send({ type, payload }, workspace) {
      const change = await readInWorkspace(db, workspace.id, actor, (trx) =>
        loadEmailChange(trx, String(payload['changeId'])),
      )
      if (change === undefined) return
      if (type === 'email_change.requested') return ask(change, workspace)
      await tellFormer('done', change, workspace)
      if (payload['isToldToBoth'] === true) await tell(renderEmailGivenMail(change, workspace))
    },
  }
}
