import { createId, type Database, inWorkspace, readInWorkspace } from '@plantel/db'
import {
  loadOwnershipTransfer,
  type OwnershipParty,
  type OwnershipTokens,
  type OwnershipTransfer,
  recordOwnershipDelivery,
} from '@plantel/team'

import { MailError } from '../mail-error.ts'
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
    types: new Set(['workspace.updated']),
    concerns: ({ payload }) => 'ownershipTransfer' in payload,
    async send({ payload }, workspace) {
      const { id, state } = payload['ownershipTransfer'] as { id: string; state: string }
      const actor = { kind: 'system', id: null, requestId: createId() } as const
      const transfer = await readInWorkspace(db, workspace.id, actor, (trx) =>
        loadOwnershipTransfer(trx, id),
      )
      if (transfer === undefined) return
      async function writeTo(party: OwnershipParty, about: OwnershipTransfer): Promise<void> {
        if (state === 'requested' && about.state === 'open') {
          if (about[party].delivery.state !== 'queued') return
          const url = ownershipUrl(publicUrl, tokens.issue({ id, party }))
          const mail = renderOwnershipRequestMail(about, party, workspace, url)
          if (mail === undefined) return
          await postMail(mailer, mail, (delivery) =>
            inWorkspace(db, workspace.id, actor, (trx) =>
              recordOwnershipDelivery(trx, { id, party }, delivery),
            ),
          )
        } else if (state === 'completed') {
          const mail = renderOwnershipChangedMail(about, party, workspace)
          // It is done, and both have seen it: nothing waits for this mail, and the other one must not get theirs twice.
          await (mail && mailer?.send(mail))?.catch((error: unknown) => {
            if (!(error instanceof MailError && (error.isFinal || error.isOfRecipient))) throw error
          })
        }
      }
      // Each of the two gets theirs, whatever becomes of the other's.
      const written = await Promise.allSettled(parties.map((party) => writeTo(party, transfer)))
      for (const outcome of written) if (outcome.status === 'rejected') throw outcome.reason
    },
  }
}
