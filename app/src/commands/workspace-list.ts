import { listHostWorkspaces } from '@plantel/team'

import type { CommandReport } from './command-output.ts'
import { requireHost, withInstallation } from './with-installation.ts'

/** `plantel workspace list`: the customers of one host or of all, deleted ones while they can be restored. */
export function workspaceList(options: { host?: string }): Promise<CommandReport> {
  return withInstallation(async ({ db }) => {
    const host = options.host === undefined ? undefined : await requireHost(db, options.host)
    const workspaces = await listHostWorkspaces(db, host?.id)
    const lines = workspaces.map(({ id, slug, name, host: of, deletedAt }) =>
      [slug, id, `${name}, of ${of}`, ...(deletedAt === null ? [] : ['deleted'])].join('  '),
    )
    return {
      lines: lines.length > 0 ? lines : ['There is no workspace yet: plantel workspace create'],
      json: { workspaces },
    }
  })
}
