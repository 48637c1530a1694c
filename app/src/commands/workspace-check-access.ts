import type { AccessDrift } from '@plantel/team'

import { checkWorkspace } from '../access-check.ts'
import type { CommandReport } from './command-output.ts'
import { requireWorkspace, withInstallation } from './with-installation.ts'

const shown = 20

/**
 * `plantel workspace check-access`: compares what everybody has with a projection from nothing; with `--repair` puts it
 * right. `healthy` decides the exit code.
 */
export function workspaceCheckAccess(options: {
  workspace: string
  repair?: boolean
}): Promise<CommandReport & { healthy: boolean }> {
  const repair = options.repair ?? false
  return withInstallation(async ({ db, actor }) => {
    const workspace = await requireWorkspace(db, options.workspace)
    const counts = { checked: 0, drifted: 0, pending: 0 }
    const examples: AccessDrift[] = []
    for await (const found of checkWorkspace(db, workspace.id, actor, { repair })) {
      counts.checked += found.checked
      counts.drifted += found.drifted.length
      counts.pending += found.pending
      examples.push(...found.drifted.slice(0, shown - examples.length))
    }
    return {
      lines: report(counts, examples, repair),
      json: { workspace: workspace.id, ...counts, repaired: repair, members: examples },
      healthy: counts.drifted === 0 || repair,
    }
  })
}

function report(
  { checked, drifted, pending }: { checked: number; drifted: number; pending: number },
  examples: readonly AccessDrift[],
  repair: boolean,
): string[] {
  const waiting = pending === 0 ? '' : `; ${pending} wait for their turn with new rules`
  if (drifted === 0) return [`All ${checked} members have what the rules say${waiting}.`]
  const more = drifted > examples.length ? [`  and ${drifted - examples.length} more`] : []
  return [
    `${drifted} of ${checked} members ${repair ? 'had' : 'have'} something else than the rules say${waiting}:`,
    ...examples.map(
      ({ memberId, displayName, stored, projected }) =>
        `  ${displayName} (${memberId}): ${JSON.stringify(stored)}, and should be ${JSON.stringify(projected)}`,
    ),
    ...more,
    repair ? 'It was put right.' : 'Put it right with --repair.',
  ]
}
