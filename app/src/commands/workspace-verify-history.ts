import { readInWorkspace } from '@plantel/db'
import { verifyAudit } from '@plantel/team'

import { ProblemError } from '../problem.ts'
import type { CommandReport } from './command-output.ts'
import { requireWorkspace, withInstallation } from './with-installation.ts'

/** `plantel workspace verify-history`: unhealthy when the history is not the one that was written. */
export function workspaceVerifyHistory(options: {
  workspace: string
  anchor?: string
}): Promise<CommandReport & { healthy: boolean }> {
  const anchor = options.anchor === undefined ? undefined : parseAnchor(options.anchor)
  return withInstallation(async ({ db, actor }) => {
    const workspace = await requireWorkspace(db, options.workspace)
    const found = await verifyAudit(
      (work) => readInWorkspace(db, workspace.id, actor, work),
      anchor,
    )
    const { entries, erased, unsealed, head, flaws, isIntact } = found
    return {
      healthy: isIntact,
      lines: [
        isIntact ? 'The history is the one that was written.' : 'The history was tampered with:',
        ...flaws.map(
          ({ kind, position, entryId, count }) =>
            `  ${kind}  ${position === null ? '' : `at ${position} `}${entryId ?? ''}${count > 1 ? `(${count})` : ''}`,
        ),
        `  entries   ${entries}, ${erased} of them erased, ${unsealed} more not sealed yet`,
        `  anchor    ${head === null ? 'none' : `${head.position}:${head.hash}`}`,
      ],
      json: { ...found },
    }
  })
}

function parseAnchor(text: string): { position: string; hash: string } {
  const match = /^(\d{1,18}):([0-9a-f]{64})$/.exec(text)
  if (match === null) {
    throw new ProblemError('invalid-request', 'An anchor is position:hash, as a verification said.')
  }
  return { position: match[1] ?? '', hash: match[2] ?? '' }
}
