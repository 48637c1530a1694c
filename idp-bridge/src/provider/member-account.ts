import type { Database } from '@plantel/db'
import {
  findWorkspace,
  findWorkspaceOfMember,
  type MemberAccess,
  type Workspace,
} from '@plantel/team'
import type { Account, AccountClaims, FindAccount } from 'oidc-provider'

import { isSessionWithin } from '../sessions/session-store.ts'
import { readMemberEntry } from '../sign-in/member-entry.ts'
import { findArtifactTime } from './artifact-store.ts'

/** A member as oidc-provider knows them: someone who may come in, with what they had at that moment. */
export interface MemberAccount extends Account {
  accessValidFrom: Date
  hostId: string
  workspace: { id: string; slug: string }
}

/** Claims by scope. All of a member's access comes with `openid`: a host can't serve them without it. */
export const claimsByScope: Readonly<Record<string, readonly string[]>> = {
  openid: [
    'sub',
    'workspace',
    'host_user_id',
    'role',
    'permissions',
    'departments',
    'channels',
    'conversation_access',
  ],
  profile: ['name', 'given_name', 'family_name', 'locale'],
  email: ['email'],
}

/**
 * `findAccount` of oidc-provider: asked for every authorization, redemption, refresh and userinfo.
 * Undefined as soon as the member may no longer come in, or what they present was issued before
 * the moment from which it counts. A token counts from its grant, a provider session from its sign-in.
 */
export function createFindAccount(db: Database): FindAccount {
  return async (ctx, memberId, token) => {
    if (token !== undefined) {
      return findAccountOfGrant(db, memberId, 'grantId' in token ? token.grantId : undefined)
    }
    const signedInAt = toDate(ctx.oidc.session?.loginTs)
    const account = await findAccountSince(db, memberId, signedInAt)
    if (account === undefined || signedInAt === undefined) return undefined
    // A company may want its people to come again sooner than a day later.
    const { workspace } = account
    return (await isSessionWithin(db, workspace.id, memberId, signedInAt)) ? account : undefined
  }
}

/** The member to whom a grant was given, while it counts. */
export async function findAccountOfGrant(
  db: Database,
  memberId: string,
  grantId: string | undefined,
): Promise<MemberAccount | undefined> {
  return findAccountSince(db, memberId, await grantTimeOf(db, grantId))
}

async function findAccountSince(
  db: Database,
  memberId: string,
  issuedAt: Date | undefined,
): Promise<MemberAccount | undefined> {
  if (issuedAt === undefined) return undefined
  const workspaceId = await findWorkspaceOfMember(db, memberId)
  if (workspaceId === undefined) return undefined
  const entry = await readMemberEntry(db, workspaceId, memberId, issuedAt)
  if (entry.answer !== 'yes') return undefined
  const workspace = await findWorkspace(db, undefined, workspaceId)
  return workspace && toAccount(entry.access, workspace)
}

function toAccount(access: MemberAccess, workspace: Workspace): MemberAccount {
  return {
    accountId: access.memberId,
    accessValidFrom: access.accessValidFrom,
    hostId: workspace.hostId,
    workspace: { id: workspace.id, slug: workspace.slug },
    claims: () => memberClaims(access, workspace),
  }
}

/** What a host is told of a member; absent facts are absent claims. */
function memberClaims(
  access: MemberAccess,
  workspace: { id: string; slug: string; locale: string },
): AccountClaims {
  const claims: Record<string, unknown> = {
    name: access.displayName,
    given_name: access.givenName,
    family_name: access.familyName,
    email: access.email,
    locale: access.language ?? workspace.locale,
    workspace: { id: workspace.id, slug: workspace.slug },
    host_user_id: access.hostUserId,
    role: access.role && { key: access.role.key, name: access.role.name },
    permissions: access.role?.permissions ?? [],
    departments: access.departments.map(({ id, name }) => ({ id, name })),
    channels: access.channels.map(({ key, name }) => ({ key, name })),
    conversation_access: access.conversationAccess,
  }
  const present = Object.entries(claims).filter(([, value]) => value !== null)
  return { ...Object.fromEntries(present), sub: access.memberId }
}

async function grantTimeOf(db: Database, grantId: string | undefined): Promise<Date | undefined> {
  return grantId === undefined ? undefined : findArtifactTime(db, 'Grant', grantId)
}

function toDate(seconds: number | undefined): Date | undefined {
  return seconds === undefined ? undefined : new Date(Math.round(seconds * 1000))
}
