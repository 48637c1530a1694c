import {
  type Actor,
  createId,
  type Database,
  inInstallation,
  inWorkspace,
  type WorkspacePolicies,
  type WorkspaceTransaction,
} from '@plantel/db'

import { fold } from '../fold.ts'
import { createHost } from '../hosts/host-commands.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { nameKey } from '../members/name-key.ts'
import { createWorkspace, type WorkspaceCreated } from '../workspaces/workspace-commands.ts'

/** A workspace of people whom no directory manages, and ways to write in it as its host or as one of them. */
export interface TeamFixture {
  workspace: WorkspaceCreated
  asHost: <T>(work: (trx: WorkspaceTransaction) => Promise<T>) => Promise<T>
  asMember: <T>(
    memberId: string,
    work: (trx: WorkspaceTransaction) => Promise<T>,
    replica?: Database,
  ) => Promise<T>
  /** Somebody active with this role, by its key; returns their id. */
  join: (name: string, roleKey: string) => Promise<string>
  roleId: (key: string) => string
  departmentId: (name: string) => string
}

export async function createTeamFixture(
  db: Database,
  options: { preset?: string; policies?: Partial<WorkspacePolicies> } = {},
): Promise<TeamFixture> {
  const { id: hostId } = await inInstallation(db, (query) =>
    createHost(query, { name: `Host ${createId()}`, allowedOrigins: [] }),
  )
  const workspaceId = createId()
  const host: Actor = { kind: 'host', id: null, requestId: 'request-host' }
  const asHost: TeamFixture['asHost'] = (work) => inWorkspace(db, workspaceId, host, work)
  const workspace = await asHost((trx) =>
    createWorkspace(trx, {
      hostId,
      slug: 'acme',
      name: 'Acme',
      preset: options.preset ?? 'respond',
      locale: 'en',
      timeZone: 'UTC',
      owner: { email: 'olga@acme.example', displayName: 'Olga' },
      departments: ['Sales', 'Support', 'Billing'],
      channels: [
        { key: 'wa', name: 'WhatsApp' },
        { key: 'ig', name: 'Instagram' },
      ],
      ...(options.policies === undefined ? {} : { policies: options.policies }),
    }),
  )
  const roleId = (key: string): string => find(workspace.roles, (role) => role.key === key).id
  return {
    workspace,
    asHost,
    asMember: (id, work, replica = db) =>
      inWorkspace(replica, workspaceId, { kind: 'member', id, requestId: `request-${id}` }, work),
    roleId,
    departmentId: (name) => find(workspace.departments, (entry) => entry.name === name).id,
    join: (name, roleKey) =>
      asHost(async (trx) => {
        const id = createId()
        const email = `${name}@acme.example`
        await trx.query
          .insertInto('members')
          .values({
            workspace_id: workspaceId,
            id,
            source: 'manual',
            email,
            email_key: fold(email),
            display_name: name,
            display_key: nameKey(name),
            search_key: nameKey(`${name}\n${email}`),
            state: 'active',
            no_role_reason: 'no_grant',
            conversation_access: 'own',
            access_valid_from: new Date(0),
            version: 0,
          })
          .execute()
        await reprojectMembers(trx, [id], new Set(), () => [
          { kind: 'role', valueId: roleId(roleKey), source: 'local', sourceId: null },
        ])
        return id
      }),
  }
}

function find<T>(entries: readonly T[], matches: (entry: T) => boolean): T {
  const found = entries.find(matches)
  if (found === undefined) throw new Error('The fixture has no such entry.')
  return found
}
