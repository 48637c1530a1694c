import {
  type Actor,
  createId,
  type Database,
  inInstallation,
  inWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'

import type { DirectoryUserDraft } from '../directory/directory-user.ts'
import { fold } from '../fold.ts'
import { createHost } from '../hosts/host-commands.ts'
import type { GroupReference, MappingRuleDraft } from '../mapping/mapping-rule-draft.ts'
import { createWorkspace, type WorkspaceCreated } from '../workspaces/workspace-commands.ts'

/** A workspace with a SCIM connection, and the one way to write in it as its directory. */
export interface DirectoryFixture {
  workspace: WorkspaceCreated
  hostId: string
  connectionId: string
  actor: Actor
  asDirectory: <T>(work: (trx: WorkspaceTransaction) => Promise<T>) => Promise<T>
  /** The same through another replica's connections. */
  asDirectoryOn: <T>(
    replica: Database,
    work: (trx: WorkspaceTransaction) => Promise<T>,
  ) => Promise<T>
}

export async function createDirectoryFixture(
  db: Database,
  options: { adoption?: 'review' | 'auto'; verified?: boolean } = {},
): Promise<DirectoryFixture> {
  const { id: hostId } = await inInstallation(db, (query) =>
    createHost(query, { name: `Host ${createId()}`, allowedOrigins: [] }),
  )
  const system: Actor = { kind: 'system', id: null, requestId: 'fixture' }
  const workspaceId = createId()
  const workspace = await inWorkspace(db, workspaceId, system, (trx) =>
    createWorkspace(trx, {
      hostId,
      slug: 'acme',
      name: 'Acme',
      preset: 'respond',
      locale: 'es',
      timeZone: 'America/Mexico_City',
      owner: { email: 'lucia@acme.example', displayName: 'Lucía Fernández' },
      departments: ['Ventas', 'Soporte'],
      channels: [{ key: 'whatsapp', name: 'WhatsApp' }],
      policies: { adoption: options.adoption ?? 'review' },
    }),
  )
  if (options.verified === true) {
    await inWorkspace(db, workspaceId, system, (trx) => verifyDomain(trx, 'acme.example'))
  }
  const connectionId = createId()
  await inWorkspace(db, workspaceId, system, (trx) =>
    trx.query
      .insertInto('scim_connections')
      .values({
        workspace_id: workspaceId,
        id: connectionId,
        name: 'Okta',
        idp: 'okta',
        profile: 'compat',
        patch_response: 'resource',
        state: 'active',
      })
      .execute(),
  )
  const actor: Actor = { kind: 'directory', id: connectionId, requestId: 'request-1' }
  return {
    workspace,
    hostId,
    connectionId,
    actor,
    asDirectory: (work) => inWorkspace(db, workspaceId, actor, work),
    asDirectoryOn: (replica, work) => inWorkspace(replica, workspaceId, actor, work),
  }
}

/** Proves a domain without asking the name service. */
export async function verifyDomain(trx: WorkspaceTransaction, domain: string): Promise<void> {
  await trx.query
    .insertInto('workspace_domains')
    .values({ workspace_id: trx.workspaceId, domain, token: 'seen', verified_at: trx.now })
    .execute()
}

/** A person as a directory sends them; the email is the userName. */
export function draftUser(
  userName: string,
  change: Partial<DirectoryUserDraft> = {},
): DirectoryUserDraft {
  const displayName = change.displayName ?? userName
  return {
    userName,
    userNameKey: fold(userName),
    externalId: `external ${userName}`,
    displayName,
    displayKey: fold(displayName),
    active: true,
    resource: { userName, emails: [{ value: userName, type: 'work' }] },
    emails: [{ type: 'work', value: userName, valueKey: fold(userName), isPrimary: false }],
    givenName: null,
    familyName: null,
    title: null,
    department: null,
    phone: null,
    preferredLanguage: null,
    timeZone: null,
    photoUrl: null,
    ...change,
  }
}

/** A group as a directory sends it. */
export function draftGroup(displayName: string): {
  displayName: string
  displayKey: string
  externalId: string | null
  resource: Record<string, unknown>
  uniqueDisplayName: boolean
} {
  return {
    displayName,
    displayKey: fold(displayName),
    externalId: null,
    resource: { displayName },
    uniqueDisplayName: true,
  }
}

/** The condition of a rule about a group, to be spread into its draft. */
export function inGroup(group: GroupReference): Pick<MappingRuleDraft, 'when'> {
  return { when: { kind: 'group', group } }
}
