import { createId, type Database, readInWorkspace } from '@plantel/db'
import { type MemberEventPayload, readMemberAccess, type Workspace } from '@plantel/team'

import type { Mailer } from '../mail/mailer.ts'
import { renderWelcomeMail } from '../mail/welcome-mail.ts'
import type { Reaction } from './reaction.ts'

/** Later than this a welcome would only confuse: mail was set up after the people were. */
const welcomeWithinMs = 3 * 24 * 60 * 60 * 1_000

/** Welcomes people who get access, where the workspace's policy says so. */
export function createMailReaction(
  db: Database,
  findWorkspace: (workspaceId: string) => Promise<Workspace | undefined>,
  mailer: Mailer,
): Reaction {
  return {
    consumer: 'mail',
    hostId: null,
    async handle({ memberId, payload, occurredAt }, workspaceId) {
      if (memberId === null || !bringsAccess(payload as MemberEventPayload)) return
      if (Date.now() - occurredAt.getTime() > welcomeWithinMs) return
      const workspace = await findWorkspace(workspaceId)
      if (workspace === undefined || !workspace.policies.welcomeMail) return
      const actor = { kind: 'system', id: null, requestId: createId() } as const
      const member = await readInWorkspace(db, workspaceId, actor, (trx) =>
        readMemberAccess(trx, memberId),
      )
      // They may have lost again what they were given.
      if (member?.email == null || member.role === null || member.state !== 'active') return
      await mailer.send(
        renderWelcomeMail({
          workspaceId,
          workspaceName: workspace.name,
          recipient: member.email,
          name: member.givenName ?? member.displayName,
          role: member.role.name,
          departments: member.departments.map((department) => department.name),
          language: member.language ?? workspace.locale,
        }),
      )
    },
  }
}

/** Whether somebody who could not come in now can: directories create people first and give them a role later. */
function bringsAccess({ member, before }: MemberEventPayload): boolean {
  const isIn = member.state === 'active' && member.role !== null
  const wasIn = before !== null && before.role !== null && before.state !== 'removed'
  return isIn && !wasIn
}
