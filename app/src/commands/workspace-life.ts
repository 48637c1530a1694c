import { inWorkspace, type WorkspaceTransaction } from '@plantel/db'
import {
  deleteWorkspace,
  editWorkspace,
  removedAfter,
  restoreWorkspace,
  type Workspace,
} from '@plantel/team'

import { parseRequest } from '../parse-request.ts'
import { reviewAllAdoptions } from '../review-all-adoptions.ts'
import { workspaceEditRequest } from '../workspace-edit-request.ts'
import type { CommandReport } from './command-output.ts'
import { requireWorkspace, withInstallation } from './with-installation.ts'

/** Which workspace a command is about. */
export interface WorkspaceOptions {
  /** Id or slug. */
  workspace: string
}

/** `plantel workspace update`: what is not said stays. */
export function workspaceUpdate(
  options: WorkspaceOptions & {
    name?: string
    locale?: string
    timeZone?: string
    /** False is commander's way to say `--no-seats`. */
    seats?: string | false
    /** Each as `name=value`, a dot for what is inside: `retention.auditDays=500`. */
    policy: string[]
  },
): Promise<CommandReport> {
  const { workspace, seats, policy, ...rest } = options
  const edit = parseRequest(workspaceEditRequest, {
    ...rest,
    ...(seats === undefined ? {} : { seats: seats === false ? null : Number(seats) }),
    ...(policy.length === 0 ? {} : { policies: parsePolicies(policy) }),
  })
  return withInstallation(async ({ db, actor }) => {
    const { id } = await requireWorkspace(db, workspace)
    const { name, slug, version } = await inWorkspace(db, id, actor, (trx) =>
      editWorkspace(trx, edit),
    )
    if (edit.policies?.adoption === 'auto') {
      await reviewAllAdoptions((work) => inWorkspace(db, id, actor, work))
    }
    return {
      lines: [`The settings of workspace "${name}" (${slug}) are as you said.`],
      json: { slug, version },
    }
  })
}

/** `plantel workspace delete`: nobody comes in from now on; can be taken back for thirty days. */
export function workspaceDelete({ workspace }: WorkspaceOptions): Promise<CommandReport> {
  return withWorkspace(workspace, async (trx, { slug }) => {
    await deleteWorkspace(trx)
    const until = removedAfter(trx.now).toISOString()
    return {
      lines: [
        `The workspace "${slug}" is deleted: nobody comes in, and directories are refused.`,
        `It is removed for good after ${until}; until then: plantel workspace restore --workspace ${trx.workspaceId}`,
      ],
      json: { id: trx.workspaceId, removedAfter: until },
    }
  })
}

/** `plantel workspace restore`: everybody signs in anew. */
export function workspaceRestore({ workspace }: WorkspaceOptions): Promise<CommandReport> {
  return withWorkspace(workspace, async (trx, { slug }) => {
    await restoreWorkspace(trx)
    return {
      lines: [`The workspace "${slug}" is back; everybody signs in anew.`],
      json: { id: trx.workspaceId },
    }
  })
}

function withWorkspace(
  idOrSlug: string,
  work: (trx: WorkspaceTransaction, workspace: Pick<Workspace, 'slug'>) => Promise<CommandReport>,
): Promise<CommandReport> {
  return withInstallation(async ({ db, actor }) => {
    const workspace = await requireWorkspace(db, idOrSlug)
    return inWorkspace(db, workspace.id, actor, (trx) => work(trx, workspace))
  })
}

function parsePolicies(assignments: readonly string[]): Record<string, unknown> {
  const policies: Record<string, unknown> = {}
  for (const assignment of assignments) {
    const [path = '', ...rest] = assignment.split('=')
    const [name = '', inner] = path.split('.')
    const value = parseValue(rest.join('='))
    const former = policies[name]
    policies[name] =
      inner === undefined
        ? value
        : { ...(typeof former === 'object' ? former : {}), [inner]: value }
  }
  return policies
}

/** JSON where it is: `true`, `500`, `["email"]`; else a word. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
