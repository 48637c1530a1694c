import { createId, type Database, inWorkspace, readInWorkspace } from '@plantel/db'
import {
  loadOwnershipTransfer,
  type OwnershipParty,
  type OwnershipTokens,
  recordOwnershipDelivery,
} from '@plantel/team'

import type { Mailer } from '../mailer.ts'
import { renderOwnershipChangedMail, renderOwnershipRequestMail } from '../ownership-mail.ts'
import type { MailSender } from './mail-sender.ts'
import { postMail } from './post-mail.ts'

const parties: readonly OwnershipParty[] = ['from', 'to']

/** Where the link of one of the two leads. */
export function ownershipUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/ownership/${token}`
}

/** Asks the two people whether the workspace shall change hands, and tells them when it has. */
export function createOwnershipSender(deps: {
  db: Database
  mailer: Mailer | undefined
  tokens: OwnershipTokens
  publicUrl: string
}): MailSender {
  const { db, mailer, tokens, publicUrl } = deps
  return {
    concerns: ({ type, payload }) => type === 'workspace.updated' && 'ownershipTransfer' in payload,
    async send({ payload }, workspace) {
      const { id, state } = payload['ownershipTransfer'] as { id: string; state: string }
      const actor = { kind: 'system', id: null, requestId: createId() } as const
      const transfer = await readInWorkspace(db, workspace.id, actor, (trx) =>
        loadOwnershipTransfer(trx, id),
      )
      if (transfer === undefined) return
      for (const party of parties) {
        if (state === 'requested' && transfer.state === 'open') {
          if (transfer[party].delivery.state !== 'queued') continue
          const url = ownershipUrl(publicUrl, tokens.issue({ id, party }))
          const mail = renderOwnershipRequestMail(transfer, party, workspace, url)
          if (mail === undefined) continue
          await postMail(mailer, mail, (delivery) =>
            inWorkspace(db, workspace.id, actor, (trx) =>
              recordOwnershipDelivery(trx, { id, party }, delivery),
            ),
          )
        } else if (state === 'completed') {
          const mail = renderOwnershipChangedMail(transfer, party, workspace)
          // It is done, and both have seen it: nothing waits for this mail.
          if (mail !== undefined) await mailer?.send(mail)
        }
      }
    },
  }
}
