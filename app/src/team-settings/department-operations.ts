import type { WorkspaceTransaction } from '@plantel/db'
import {
  createDepartment,
  deleteDepartment,
  type DepartmentView,
  editDepartment,
  listDepartments,
  previewDepartmentDeletion,
  previewDepartmentEdit,
  TeamError,
} from '@plantel/team'
import type { Department } from '@plantel/widget/contract'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import {
  aboutPreviewHash,
  accessDifference,
  differenceChanged,
  previewHash,
} from './access-difference.ts'
import { changeJob } from './change-job.ts'
import { deletionAnswer, deletionAnswers } from './deletion-answer.ts'

const name = z.string().trim().min(1).max(200)
const change = {
  leadMemberId: z.exactOptional(z.uuid().nullable()).meta({
    description: 'Who answers for it; null for nobody.',
  }),
  isDefault: z.exactOptional(z.boolean()).meta({
    description: "Where people go whose last department is deleted. Another one's turn ends.",
  }),
  channelIds: z.exactOptional(z.array(z.uuid()).max(500)).meta({
    description: 'Channels that come with it: whoever is in it gets them.',
  }),
}
const draft = z.strictObject({ name, ...change })
const edit = z
  .strictObject({ name: z.exactOptional(name), ...change })
  .refine((value) => Object.keys(value).length > 0, 'must change something')

const moveTo = z.uuid().optional().meta({ description: 'The department that takes its place.' })

const department = z
  .object({
    id: z.uuid(),
    name: z.string(),
    isDefault: z.boolean(),
    lead: z.object({ id: z.uuid(), displayName: z.string() }).nullable(),
    channels: z.array(z.object({ id: z.uuid(), key: z.string(), name: z.string() })),
    memberCount: z.int(),
    version: z.string(),
  })
  .meta({ id: 'Department' }) satisfies z.ZodType<Department>

const editedDepartment = department.extend({ jobId: changeJob })

/** `/departments`: read, create, edit, and delete, which with `moveTo` merges two. */
export const departmentOperations: readonly Operation<WorkspaceCaller>[] = [
  workspaceOperation({
    method: 'get',
    path: '/departments',
    id: 'listDepartments',
    tag: 'Departments',
    summary: 'List departments',
    answers: {
      200: {
        description: 'All of them, by name.',
        body: z.object({ departments: z.array(department) }),
      },
    },
    handle: async (caller) => ({
      status: 200,
      body: { departments: await caller.read((trx) => listDepartments(trx)) },
    }),
  }),
  workspaceOperation({
    method: 'post',
    path: '/departments',
    id: 'createDepartment',
    tag: 'Departments',
    summary: 'Create a department',
    body: draft,
    answers: { 201: { description: 'The new department.', body: department, etag: true } },
    refusals: ['conflict', 'not-found'],
    async handle(caller, { body }) {
      const created = await caller.write(async (trx) => {
        const { id } = await createDepartment(trx, body)
        return readDepartment(trx, id)
      })
      return { status: 201, body: created, version: created.version }
    },
  }),
  workspaceOperation({
    method: 'patch',
    path: '/departments/{department}',
    id: 'editDepartment',
    tag: 'Departments',
    summary: 'Edit a department',
    description: aboutPreviewHash,
    versioned: true,
    query: z.strictObject({ previewHash }),
    body: edit,
    answers: {
      200: { description: 'The department as it is now.', body: editedDepartment, etag: true },
    },
    refusals: ['conflict'],
    async handle(caller, { params, query, body, version }) {
      const { department: id } = params
      const edited = await caller.write(async (trx) => {
        const saved = await editDepartment(trx, id, body, version, query.previewHash)
        return saved.outcome === 'saved'
          ? { ...(await readDepartment(trx, id)), jobId: saved.jobId ?? null }
          : saved
      })
      // Outside of the transaction, which counts the refusal.
      if ('difference' in edited) throw differenceChanged(edited.difference)
      return { status: 200, body: edited, version: edited.version }
    },
  }),
  workspaceOperation({
    method: 'post',
    path: '/departments/{department}/preview',
    id: 'previewDepartmentEdit',
    tag: 'Departments',
    summary: 'Preview an edit of a department',
    description:
      'Whose access changes with its channels, or with its name where a directory names departments.',
    scope: 'read',
    body: edit,
    answers: { 200: { description: 'Who gains and who loses.', body: accessDifference } },
    refusals: ['conflict', 'forbidden'],
    handle: async (caller, { params, body }) => ({
      status: 200,
      body: await caller.read((trx) => previewDepartmentEdit(trx, params.department, body)),
    }),
  }),
  workspaceOperation({
    method: 'delete',
    path: '/departments/{department}',
    id: 'deleteDepartment',
    tag: 'Departments',
    summary: 'Delete a department',
    description: `Its people, channels and rules go to \`moveTo\`, or else people whose last department it was go to the default one. ${aboutPreviewHash}`,
    versioned: true,
    query: z.strictObject({ moveTo, previewHash }),
    answers: deletionAnswers,
    refusals: ['conflict'],
    async handle(caller, { params, query, version }) {
      const saved = await caller.write((trx) =>
        deleteDepartment(trx, params.department, { ...query, expectedVersion: version }),
      )
      return deletionAnswer(saved)
    },
  }),
  workspaceOperation({
    method: 'get',
    path: '/departments/{department}/deletion-preview',
    id: 'previewDepartmentDeletion',
    tag: 'Departments',
    summary: 'Preview the deletion of a department',
    query: z.strictObject({ moveTo }),
    answers: { 200: { description: 'Who gains and who loses.', body: accessDifference } },
    refusals: ['forbidden'],
    handle: async (caller, { params, query }) => ({
      status: 200,
      body: await caller.read((trx) =>
        previewDepartmentDeletion(trx, params.department, query.moveTo),
      ),
    }),
  }),
]

async function readDepartment(trx: WorkspaceTransaction, id: string): Promise<DepartmentView> {
  const [found] = await listDepartments(trx, id)
  if (found === undefined) throw new TeamError('department-not-found')
  return found
}
