import { inWorkspace, isId } from '@plantel/db'
import { eraseMember, TeamError } from '@plantel/team'

import type { CommandReport } from './command-output.ts'
import { requireWorkspace, withInstallation } from './with-installation.ts'

/** `plantel member erase`: nothing says any more who the member was; it can't be taken back. */
export function memberErase(options: {
  workspace: string
  member: string
  evenIfInDirectory?: boolean
}): Promise<CommandReport> {
  const { member, evenIfInDirectory } = options
  return withInstallation(async ({ db, actor }) => {
    const workspace = await requireWorkspace(db, options.workspace)
    if (!isId(member)) throw new TeamError('member-not-found')
    await inWorkspace(db, workspace.id, actor, (trx) =>
      eraseMember(trx, member, { evenIfInDirectory }),
    )
    return {
      lines: [
        `The person behind member ${member} is erased; the id stays for the history.`,
        'The host was told, so that it erases what it knows of them.',
      ],
      json: { id: member },
    }
  })
}
