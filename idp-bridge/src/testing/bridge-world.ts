import {
  createId,
  createSealer,
  type Database,
  inInstallation,
  inWorkspace,
  openDatabase,
  type WorkspaceTransaction,
} from '@plantel/db'
import { createTestDatabase, type TestDatabase, type TestEngine } from '@plantel/db/testing'
import {
  createHost,
  createHostClient,
  createWorkspace,
  type DirectoryUserDraft,
  findMemberByDirectoryAttribute,
  lockDirectoryUser,
  provisionDirectoryUser,
  type WorkspaceCreated,
  writeDirectoryUser,
} from '@plantel/team'
import { draftUser } from '@plantel/team/testing'
import express from 'express'

import {
  createSamlConnection,
  type SamlConnectionDraft,
} from '../connections/saml-connection-commands.ts'
import {
  createSsoConnection,
  type SsoConnectionDraft,
  updateSsoConnection,
} from '../connections/sso-connection-commands.ts'
import { samlAddresses, ssoRedirectUri } from '../connections/sso-connection.ts'
import { createIdpBridge, type IdpBridge } from '../idp-bridge.ts'
import type { IdpBridgeLogEntry } from '../log.ts'
import { parseIdpMetadata } from '../saml/metadata/parse-idp-metadata.ts'
import { systemActor } from '../system-actor.ts'
import { listen } from './listen.ts'

const secret = 'the installation secret of the tests, long enough'

/** A Plantel of two replicas with a host, ready for workspaces. */
export interface BridgeWorld {
  db: TestDatabase
  publicUrl: string
  /** The second replica's own address; the first answers at `publicUrl`. */
  otherUrl: string
  bridge: IdpBridge
  otherBridge: IdpBridge
  log: IdpBridgeLogEntry[]
  hostId: string
  addClient: (draft?: {
    redirectUri?: string
    postLogoutRedirectUri?: string
    backchannelLogoutUri?: string
    initiateLoginUri?: string
  }) => Promise<{ clientId: string; clientSecret: string; redirectUri: string }>
  addWorkspace: (slug: string) => Promise<TestWorkspace>
  close: () => Promise<void>
}

type OidcDraft = Pick<SsoConnectionDraft, 'issuer' | 'clientId'> & SsoConnectionDraft['credential']

export interface TestWorkspace extends WorkspaceCreated {
  scimConnectionId: string
  /** Provisions a person with this externalId as an agent; returns ids of member and directory user. */
  hire: (externalId: string) => Promise<{ memberId: string; userId: string }>
  setActive: (userId: string, externalId: string, active: boolean) => Promise<void>
  connect: (draft: OidcDraft) => Promise<{ id: string; redirectUri: string }>
  connectSaml: (
    draft: Pick<SamlConnectionDraft, 'key' | 'binding'> & { metadata: string },
  ) => Promise<{ id: string; acsUrl: string; spEntityId: string }>
  /** Moves an SSO connection to another identity provider. */
  repoint: (connectionId: string, issuer: string) => Promise<void>
  write: <T>(work: (trx: WorkspaceTransaction) => Promise<T>) => Promise<T>
}

export async function createBridgeWorld(
  engine: TestEngine,
  allowPrivateNetwork: readonly string[],
): Promise<BridgeWorld> {
  const db = await createTestDatabase(engine)
  const otherDb: Database = engine === 'postgres' ? await openDatabase(db.options) : db
  const [server, otherServer] = await Promise.all([listen(), listen()])
  const publicUrl = `http://localhost:${server.port}`
  const sealer = createSealer(secret)
  const log: IdpBridgeLogEntry[] = []
  const options = {
    sealer,
    secret,
    publicUrl,
    allowPrivateNetwork,
    log: (entry: IdpBridgeLogEntry) => void log.push(entry),
  }
  const [bridge, otherBridge] = await Promise.all([
    createIdpBridge({ ...options, db }),
    createIdpBridge({ ...options, db: otherDb }),
  ])
  server.handle(express().use(bridge.router))
  otherServer.handle(express().use(otherBridge.router))
  const { id: hostId } = await inInstallation(db, (query) =>
    createHost(query, { name: `host ${createId()}`, allowedOrigins: [] }),
  )

  return {
    db,
    publicUrl,
    otherUrl: `http://localhost:${otherServer.port}`,
    bridge,
    otherBridge,
    log,
    hostId,
    async addClient(draft = {}) {
      const redirectUri = draft.redirectUri ?? 'http://127.0.0.1:9/callback'
      const client = await inInstallation(db, (query) =>
        createHostClient(query, sealer, hostId, {
          name: 'Inbox',
          redirectUris: [redirectUri],
          postLogoutRedirectUris:
            draft.postLogoutRedirectUri === undefined ? [] : [draft.postLogoutRedirectUri],
          backchannelLogoutUri: draft.backchannelLogoutUri ?? null,
          initiateLoginUri: draft.initiateLoginUri ?? null,
        }),
      )
      return { ...client, redirectUri }
    },
    addWorkspace: (slug) => addWorkspace(db, hostId, publicUrl, slug),
    async close() {
      await Promise.all([server.close(), otherServer.close()])
      if (otherDb !== db) await otherDb.close()
      await db.close()
    },
  }
}

async function addWorkspace(
  db: Database,
  hostId: string,
  publicUrl: string,
  slug: string,
): Promise<TestWorkspace> {
  const workspaceId = createId()
  const sealer = createSealer(secret)
  const write = <T>(work: (trx: WorkspaceTransaction) => Promise<T>): Promise<T> =>
    inWorkspace(db, workspaceId, systemActor(), work)
  const created = await write((trx) =>
    createWorkspace(trx, {
      hostId,
      slug,
      name: `${slug} team`,
      preset: 'respond',
      locale: 'en',
      timeZone: 'UTC',
      owner: { email: `owner@${slug}.example`, displayName: 'Olga Owner' },
      departments: ['Support'],
      channels: [{ key: 'whatsapp', name: 'WhatsApp' }],
    }),
  )
  const scimConnectionId = createId()
  const agent = created.roles.find(({ key }) => key === 'agent')
  await write(({ query }) =>
    query
      .insertInto('scim_connections')
      .values({
        workspace_id: workspaceId,
        id: scimConnectionId,
        name: 'Directory',
        idp: 'generic',
        profile: 'compat',
        patch_response: 'resource',
        state: 'active',
        default_role_id: agent?.id ?? null,
      })
      .execute(),
  )
  return {
    ...created,
    scimConnectionId,
    write,
    hire: (externalId) =>
      write(async (trx) => {
        const { user } = await provisionDirectoryUser(
          trx,
          scimConnectionId,
          person(externalId, true),
        )
        const memberId = await findMemberByDirectoryAttribute(trx, 'externalId', externalId)
        if (memberId === undefined) throw new Error(`${externalId} has no member.`)
        return { memberId, userId: user.id }
      }),
    setActive: (userId, externalId, active) =>
      write(async (trx) => {
        const user = await lockDirectoryUser(trx, scimConnectionId, userId)
        if (user === undefined) throw new Error(`${userId} is no directory user.`)
        await writeDirectoryUser(trx, user, person(externalId, active))
      }),
    async connect({ issuer, clientId, ...rest }) {
      const credential = 'clientSecret' in rest ? { clientSecret: rest.clientSecret } : rest
      const { id } = await write((trx) =>
        createSsoConnection(trx, sealer, { name: 'Company account', issuer, clientId, credential }),
      )
      return { id, redirectUri: ssoRedirectUri(publicUrl, id) }
    },
    async connectSaml({ metadata, ...draft }) {
      const parsed = parseIdpMetadata(metadata, { now: new Date() })
      const { id } = await write((trx) =>
        createSamlConnection(trx, sealer, { name: 'Company account', ...draft, metadata: parsed }),
      )
      return { id, ...samlAddresses(publicUrl, id) }
    },
    async repoint(connectionId, issuer) {
      await write((trx) => updateSsoConnection(trx, sealer, connectionId, { issuer }))
    },
  }
}

function person(externalId: string, active: boolean): DirectoryUserDraft {
  return draftUser(`${externalId}@example.com`, {
    externalId,
    displayName: externalId,
    active,
    preferredLanguage: 'es',
  })
}
