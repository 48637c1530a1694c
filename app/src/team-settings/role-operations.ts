import type { WorkspaceTransaction } from '@plantel/db'
import {
  createRole,
  deleteRole,
  editRole,
  listRoles,
  permissions,
  previewRoleDeletion,
  previewRoleEdit,
  type RoleView,
  TeamError,
} from '@plantel/team'
import type { Role } from '@plantel/widget/contract'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import {
  aboutPreviewHash,
  accessDifference,
  differenceChanged,
  previewHash,
  roleDifference,
} from './access-difference.ts'
import { changeJob } from './change-job.ts'
import { deletionAnswer, deletionAnswers } from './deletion-answer.ts'

const reference = z.string().min(1).max(100)
const conversationAccess = z.enum(['own', 'departments', 'all'])
const change = {
  permissions: z.exactOptional(z.array(z.enum(permissions))),
  grantable: z
    .exactOptional(z.array(reference).max(100))
    .meta({ description: 'Keys of the roles that a holder may give to others.' }),
  conversationAccess: z.exactOptional(conversationAccess),
}
const name = z.string().trim().min(1).max(200)
const draft = z.strictObject({
  key: z
    .string()
    .regex(/^[a-z\d](?:[a-z\d-]{0,62}[a-z\d])?$/)
    .meta({ example: 'night-shift' }),
  name,
  cloneOf: reference.meta({
    description:
      'Id or key of the role that it is ranked below, and has everything of that is not said here.',
  }),
  ...change,
})
const edit = z
  .strictObject({
    name: z.exactOptional(name),
    ...change,
    below: z.exactOptional(reference).meta({
      description:
        'Id or key of the role that it is to be ranked directly below; whoever has several has the highest.',
    }),
  })
  .refine((value) => Object.keys(value).length > 0, 'must change something')

const replacement = reference.meta({
  description: 'Id or key of the role that its holders, rules and connections get.',
})

const role = z
  .object({
    id: z.uuid(),
    key: z.string(),
    name: z.string(),
    isPreset: z.boolean().meta({ description: 'Came with the preset.' }),
    permissions: z.array(z.string()),
    grantable: z.array(z.string()),
    conversationAccess,
    memberCount: z.int(),
    version: z.string(),
  })
  .meta({ id: 'Role' }) satisfies z.ZodType<Role>

const editedRole = role.extend({ jobId: changeJob })

/** `/roles`: read with the permission catalogue, clone, edit, and delete with `replacement`. */
export const roleOperations: readonly Operation<WorkspaceCaller>[] = [
  workspaceOperation({
    method: 'get',
    path: '/roles',
    id: 'listRoles',
    tag: 'Roles',
    summary: 'List roles',
    answers: {
      200: {
        description: 'All roles, highest first, and every permission there is.',
        body: z.object({ roles: z.array(role), permissions: z.array(z.string()) }),
      },
    },
    async handle(caller) {
      const roles = await caller.read((trx) => listRoles(trx))
      return { status: 200, body: { roles, permissions } }
    },
  }),
  workspaceOperation({
    method: 'post',
    path: '/roles',
    id: 'createRole',
    tag: 'Roles',
    summary: 'Create a role from another one',
    body: draft,
    answers: { 201: { description: 'The new role.', body: role, etag: true } },
    refusals: ['conflict', 'not-found'],
    async handle(caller, { body }) {
      const created = await caller.write(async (trx) => {
        const { id } = await createRole(trx, body)
        return readRole(trx, id)
      })
      return { status: 201, body: created, version: created.version }
    },
  }),
  workspaceOperation({
    method: 'patch',
    path: '/roles/{role}',
    id: 'editRole',
    tag: 'Roles',
    summary: 'Edit a role',
    description: aboutPreviewHash,
    versioned: true,
    query: z.strictObject({ previewHash }),
    body: edit,
    answers: { 200: { description: 'The role as it is now.', body: editedRole, etag: true } },
    refusals: ['conflict'],
    async handle(caller, { params, query, body, version }) {
      const edited = await caller.write(async (trx) => {
        const saved = await editRole(trx, params.role, body, version, query.previewHash)
        return saved.outcome === 'saved'
          ? { ...(await readRole(trx, params.role)), jobId: saved.jobId ?? null }
          : saved
      })
      // Outside of the transaction, which counts the refusal.
      if ('difference' in edited) throw differenceChanged(edited.difference)
      return { status: 200, body: edited, version: edited.version }
    },
  }),
  workspaceOperation({
    method: 'delete',
    path: '/roles/{role}',
    id: 'deleteRole',
    tag: 'Roles',
    summary: 'Delete a role',
    description: aboutPreviewHash,
    versioned: true,
    query: z.strictObject({ replacement, previewHash }),
    answers: deletionAnswers,
    refusals: ['conflict'],
    async handle(caller, { params, query, version }) {
      const { replacement, previewHash } = query
      const saved = await caller.write((trx) =>
        deleteRole(trx, params.role, replacement, version, previewHash),
      )
      return deletionAnswer(saved)
    },
  }),
  workspaceOperation({
    method: 'post',
    path: '/roles/{role}/preview',
    id: 'previewRoleEdit',
    tag: 'Roles',
    summary: 'Preview an edit of a role',
    description: 'Who has the role, what they may do more and less, and whose access changes.',
    scope: 'read',
    body: edit,
    answers: { 200: { description: 'The difference.', body: roleDifference } },
    refusals: ['conflict', 'forbidden'],
    handle: async (caller, { params, body }) => ({
      status: 200,
      body: await caller.read((trx) => previewRoleEdit(trx, params.role, body)),
    }),
  }),
  workspaceOperation({
    method: 'get',
    path: '/roles/{role}/deletion-preview',
    id: 'previewRoleDeletion',
    tag: 'Roles',
    summary: 'Preview the deletion of a role',
    query: z.strictObject({ replacement }),
    answers: { 200: { description: 'The difference.', body: accessDifference } },
    refusals: ['conflict', 'forbidden'],
    handle: async (caller, { params, query }) => ({
      status: 200,
      body: await caller.read((trx) => previewRoleDeletion(trx, params.role, query.replacement)),
    }),
  }),
]

async function readRole(trx: WorkspaceTransaction, idOrKey: string): Promise<RoleView> {
  const [found] = await listRoles(trx, idOrKey)
  if (found === undefined) throw new TeamError('role-not-found')
  return found
}
