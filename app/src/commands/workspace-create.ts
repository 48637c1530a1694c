import { createId, inWorkspace } from '@plantel/db'
import { createWorkspace } from '@plantel/team'

import { workspaceDraft } from '../host-api/workspace-operations.ts'
import { parseRequest } from '../parse-request.ts'
import type { CommandReport } from './command-output.ts'
import { requireHost, withInstallation } from './with-installation.ts'

export interface WorkspaceCreateOptions {
  host: string
  slug: string
  name: string
  preset: string
  locale: string
  timeZone: string
  ownerEmail: string
  ownerName: string
  department: string[]
  /** Each as `key=name`. */
  channel: string[]
}

/** `plantel workspace create`: a customer of a host, with its first owner. */
export function workspaceCreate(options: WorkspaceCreateOptions): Promise<CommandReport> {
  const draft = parseRequest(workspaceDraft, {
    slug: options.slug,
    name: options.name,
    preset: options.preset,
    locale: options.locale,
    timeZone: options.timeZone,
    owner: { email: options.ownerEmail, displayName: options.ownerName },
    departments: options.department,
    channels: options.channel.map(parseChannel),
  })
  return withInstallation(async ({ db, actor }) => {
    const host = await requireHost(db, options.host)
    const created = await inWorkspace(db, createId(), actor, (trx) =>
      createWorkspace(trx, { hostId: host.id, ...draft }),
    )
    return {
      lines: [
        `Workspace "${draft.name}" of host "${host.name}" was created.`,
        `  id     ${created.id}`,
        `  slug   ${created.slug}`,
        `  owner  ${draft.owner.displayName} <${draft.owner.email}>, ${created.ownerMemberId}`,
        `  roles  ${created.roles.map((role) => role.key).join(', ')}`,
        `Next: plantel scim-connection create --workspace ${created.id} --name <name> --idp <idp>`,
      ],
      json: { ...created },
    }
  })
}

function parseChannel(text: string): { key: string; name: string } {
  const [key = '', ...rest] = text.split('=')
  return { key, name: rest.join('=') || key }
}
