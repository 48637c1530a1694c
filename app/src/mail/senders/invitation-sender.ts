import { createId, type Database, inWorkspace, readInWorkspace } from '@plantel/db'
import {
  type InvitationTokens,
  readInvitationToSend,
  readTeamScreen,
  recordInvitationDelivery,
  type Workspace,
} from '@plantel/team'

import { renderInvitationMail } from '../invitation-mail.ts'
import type { Mailer } from '../mailer.ts'
import type { MailSender } from './mail-sender.ts'
import { postMail } from './post-mail.ts'

/** Where the link in an invitation leads. */
export function invitationUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/invitation/${token}`
}

/** Sends invitations, the first time and every later one. The link is computed here, and in no table. */
export function createInvitationSender(deps: {
  db: Database
  mailer: Mailer | undefined
  tokens: InvitationTokens
  publicUrl: string
}): MailSender {
  const { db, mailer, tokens, publicUrl } = deps
  return {
    types: new Set(['member.invited']),
    concerns: ({ memberId }) => memberId !== null,
    async send({ memberId }, workspace) {
      const actor = { kind: 'system', id: null, requestId: createId() } as const
      const found = await readInWorkspace(db, workspace.id, actor, async (trx) => ({
        invitation: await readInvitationToSend(trx, memberId ?? ''),
        screen: await readTeamScreen(trx),
      }))
      const { invitation, screen } = found
      // Accepted, taken back or over by now; or sent, and the process died before it could say so.
      if (invitation === undefined) return
      const mail = renderInvitationMail(
        invitation,
        invitingWorkspace(workspace, screen.labels),
        invitationUrl(publicUrl, tokens.issue(invitation)),
      )
      await postMail(mailer, mail, (delivery) =>
        inWorkspace(db, workspace.id, actor, (trx) =>
          recordInvitationDelivery(trx, invitation, delivery),
        ),
      )
    },
  }
}

function invitingWorkspace(
  workspace: Workspace,
  labels: Awaited<ReturnType<typeof readTeamScreen>>['labels'],
): Parameters<typeof renderInvitationMail>[1] {
  const { id, name, brand, locale, timeZone, policies } = workspace
  const accept = {
    en: labels.en.accept,
    es: labels.es.accept,
    'pt-BR': labels['pt-BR'].accept,
  }
  return { id, name, brand, locale, timeZone, accept, ssoRequired: policies.ssoRequired }
}
