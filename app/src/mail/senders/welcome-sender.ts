import { createId, type Database, readInWorkspace, type WorkspaceTransaction } from '@plantel/db'
import { type MemberEventPayload, readMember, readMemberAccess } from '@plantel/team'

import { MailError } from '../mail-error.ts'
import type { Mailer } from '../mailer.ts'
import { renderWelcomeMail } from '../welcome-mail.ts'
import type { MailSender } from './mail-sender.ts'

/** Later than this a welcome would only confuse: mail was set up after the people were. */
const welcomeWithinMs = 3 * 24 * 60 * 60 * 1_000

/** Events that may bring somebody access. */
const bringers: MailSender['types'] = new Set([
  'member.activated',
  'member.reactivated',
  'member.changed',
  'member.access_changed',
])

/** Welcomes people who get access without having been invited, where the workspace's policy says so. */
export function createWelcomeSender(deps: {
  db: Database
  mailer: Mailer | undefined
}): MailSender {
  const { db, mailer } = deps
  return {
    // Without a mail server hundreds of thousands of changes are nothing to it.
    types: mailer === undefined ? new Set() : bringers,
    concerns: ({ memberId, payload, occurredAt }) =>
      memberId !== null &&
      bringsAccess(payload) &&
      Date.now() - occurredAt.getTime() <= welcomeWithinMs,
    async send({ memberId }, workspace) {
      if (mailer === undefined || memberId === null || !workspace.policies.welcomeMail) return
      const actor = { kind: 'system', id: null, requestId: createId() } as const
      const member = await readInWorkspace(db, workspace.id, actor, (trx) =>
        readMemberToWelcome(trx, memberId),
      )
      if (member === undefined) return
      const { id, name, brand, locale } = workspace
      const mail = renderWelcomeMail({
        workspaceId: id,
        workspaceName: name,
        brand,
        ...member,
        language: member.language ?? locale,
      })
      await mailer.send(mail).catch((error: unknown) => {
        // An address that does not exist must not hold up everybody else's mail.
        if (!(error instanceof MailError && error.isFinal)) throw error
      })
    },
  }
}

/** Whether somebody who could not come in now can: directories create people first and give them a role later. */
function bringsAccess({ member, before }: Partial<MemberEventPayload>): boolean {
  if (member === undefined || before === undefined) return false
  const isIn = member.state === 'active' && member.role !== null
  const wasIn = before !== null && before.role !== null && before.state !== 'removed'
  return isIn && !wasIn
}

type Welcomed = Pick<
  Parameters<typeof renderWelcomeMail>[0],
  'recipient' | 'name' | 'role' | 'departments' | 'hasWorkAccount'
> & { language: string | null }

/** Undefined for those who have no address, and who have lost again what they were given. */
async function readMemberToWelcome(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<Welcomed | undefined> {
  const access = await readMemberAccess(trx, memberId)
  const row = await readMember(trx, memberId)
  if (access?.email == null || access.role === null || access.state !== 'active') return undefined
  return {
    recipient: access.email,
    name: access.givenName ?? access.displayName,
    role: access.role.name,
    departments: access.departments.map((department) => department.name),
    hasWorkAccount: row?.managedBy != null,
    language: access.language,
  }
}
