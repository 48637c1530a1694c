import {
  createId,
  isUniqueViolation,
  violatedConstraint,
  type WorkspacePolicies,
  type WorkspaceTransaction,
} from '@plantel/db'

import { TeamError } from '../errors.ts'
import { fold } from '../fold.ts'
import { recordChanges } from '../history/record-change.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { nameKey } from '../members/name-key.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'
import type { Locale, Preset } from './preset.ts'
import { findPreset } from './presets.ts'
import { defaultRetention } from './retention.ts'

export interface WorkspaceDraft {
  hostId: string
  /** Lower-case letters, digits and inner hyphens, at most 63. */
  slug: string
  name: string
  preset: string
  locale: Locale
  /** IANA name. */
  timeZone: string
  owner: { email: string; displayName: string; hostUserId?: string | undefined }
  departments: readonly string[]
  channels: readonly { key: string; name: string }[]
  policies?: Partial<WorkspacePolicies>
}

export interface WorkspaceCreated {
  id: string
  slug: string
  ownerMemberId: string
  roles: { id: string; key: string; name: string }[]
  departments: { id: string; name: string }[]
  channels: { id: string; key: string; name: string }[]
}

const defaultPolicies: Omit<WorkspacePolicies, keyof Preset['policies']> = {
  localRoles: 'locked',
  roleStrategy: 'rank',
  adoption: 'review',
  welcomeMail: true,
  invitationDays: 7,
  ssoRequired: false,
  retention: defaultRetention,
}

/**
 * Creates the transaction's own workspace with the roles of its preset and a first owner, who is active at once because
 * the host vouches for them. Throws `preset-unknown`, `slug-taken`, `slug-invalid` and `name-taken`.
 */
export async function createWorkspace(
  trx: WorkspaceTransaction,
  draft: WorkspaceDraft,
): Promise<WorkspaceCreated> {
  const preset = findPreset(draft.preset)
  if (preset === undefined) throw new TeamError('preset-unknown', draft.preset)
  await insertWorkspace(trx, draft, preset)
  const roles = await insertRoles(trx, preset, draft.locale)
  const departments = await insertDepartments(trx, draft.departments)
  const channels = await insertChannels(trx, draft.channels)
  await recordChanges(trx, [
    {
      action: 'workspace.created',
      subject: { kind: 'workspace', id: trx.workspaceId },
      before: null,
      after: { slug: draft.slug, preset: draft.preset, locale: draft.locale },
      event: {
        type: 'workspace.created',
        memberId: null,
        payload: { workspace: { id: trx.workspaceId, slug: draft.slug, name: draft.name } },
      },
    },
  ])
  const ownerMemberId = await insertOwner(trx, draft, roles)
  return { id: trx.workspaceId, slug: draft.slug, ownerMemberId, roles, departments, channels }
}

async function insertWorkspace(
  trx: WorkspaceTransaction,
  draft: WorkspaceDraft,
  preset: Preset,
): Promise<void> {
  try {
    await trx.query
      .insertInto('workspaces')
      .values({
        id: trx.workspaceId,
        host_id: draft.hostId,
        slug: draft.slug,
        name: draft.name,
        preset: draft.preset,
        locale: draft.locale,
        time_zone: draft.timeZone,
        policies: JSON.stringify({
          ...defaultPolicies,
          ...preset.policies,
          ...draft.policies,
        } satisfies WorkspacePolicies),
      })
      .execute()
  } catch (error) {
    const constraint = violatedConstraint(error)
    if (constraint === 'workspaces_slug_unique') {
      throw new TeamError('slug-taken', draft.slug, { cause: error })
    }
    if (constraint === 'workspaces_slug_shape') {
      throw new TeamError('slug-invalid', draft.slug, { cause: error })
    }
    throw error
  }
}

async function insertRoles(
  trx: WorkspaceTransaction,
  preset: Preset,
  locale: Locale,
): Promise<WorkspaceCreated['roles']> {
  const roles = preset.roles.map((role, index) => ({
    workspace_id: trx.workspaceId,
    id: createId(),
    key: role.key,
    name: role.name[locale],
    // Room between them for roles that a workspace adds.
    rank: (preset.roles.length - index) * 100,
    permissions: [...role.permissions],
    grantable_role_keys: [...role.grantable],
    conversation_access: role.conversationAccess,
    built_in: true,
  }))
  await trx.query.insertInto('roles').values(roles).execute()
  return roles.map(({ id, key, name }) => ({ id, key, name }))
}

async function insertDepartments(
  trx: WorkspaceTransaction,
  names: readonly string[],
): Promise<WorkspaceCreated['departments']> {
  if (names.length === 0) return []
  const departments = names.map((name) => ({
    workspace_id: trx.workspaceId,
    id: createId(),
    name,
    name_key: fold(name),
  }))
  try {
    await trx.query.insertInto('departments').values(departments).execute()
  } catch (error) {
    throw isUniqueViolation(error, 'departments_name_unique')
      ? new TeamError('name-taken', 'departments', { cause: error })
      : error
  }
  return departments.map(({ id, name }) => ({ id, name }))
}

async function insertChannels(
  trx: WorkspaceTransaction,
  drafts: WorkspaceDraft['channels'],
): Promise<WorkspaceCreated['channels']> {
  if (drafts.length === 0) return []
  const channels = drafts.map(({ key, name }) => ({
    workspace_id: trx.workspaceId,
    id: createId(),
    key,
    name,
  }))
  try {
    await trx.query.insertInto('channels').values(channels).execute()
  } catch (error) {
    throw isUniqueViolation(error, 'channels_key_unique')
      ? new TeamError('name-taken', 'channels', { cause: error })
      : error
  }
  return channels.map(({ id, key, name }) => ({ id, key, name }))
}

/** The first owner also is the way in when the directory or the SSO is down. */
async function insertOwner(
  trx: WorkspaceTransaction,
  draft: WorkspaceDraft,
  roles: WorkspaceCreated['roles'],
): Promise<string> {
  const id = createId()
  const { email, displayName } = draft.owner
  await trx.query
    .insertInto('members')
    .values({
      workspace_id: trx.workspaceId,
      id,
      source: 'manual',
      host_user_id: draft.owner.hostUserId ?? null,
      email,
      email_key: fold(email),
      display_name: displayName,
      display_key: nameKey(displayName),
      search_key: nameKey(`${displayName}\n${email}`),
      break_glass: true,
      state: 'active',
      no_role_reason: 'no_grant',
      conversation_access: 'own',
      access_valid_from: new Date(0),
      // Not projected yet.
      version: 0,
    })
    .execute()
  const ownerRole = roles.find((role) => role.key === ownerRoleKey)
  if (ownerRole === undefined) throw new Error(`Preset ${draft.preset} has no owner role.`)
  await trx.query
    .insertInto('grants')
    .values({
      workspace_id: trx.workspaceId,
      id: createId(),
      member_id: id,
      kind: 'role',
      role_id: ownerRole.id,
      source: 'local',
      effective: true,
      request_id: trx.actor.requestId,
    })
    .execute()
  await reprojectMembers(trx, [id])
  return id
}
