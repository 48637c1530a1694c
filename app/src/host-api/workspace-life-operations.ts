import {
  deleteWorkspace,
  listWorkspaces,
  previewWorkspaceEdit,
  restoreWorkspace,
  saveWorkspaceEdit,
  type Workspace,
} from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { pageSize } from '../operations/page-size.ts'
import { reviewAllAdoptions } from '../review-all-adoptions.ts'
import {
  aboutPreviewHash,
  accessDifference,
  differenceChanged,
  previewHash,
} from '../team-settings/access-difference.ts'
import { changeJob } from '../team-settings/change-job.ts'
import { workspaceEditRequest, workspaceSettings } from '../workspace-edit-request.ts'
import {
  type HostCaller,
  hostOperation,
  type HostWorkspaceCaller,
  hostWorkspaceOperation,
} from './host-caller.ts'

/** The workspaces of a host as a whole, deleted ones included. */
export const workspaceListOperations: readonly Operation<HostCaller>[] = [
  hostOperation({
    method: 'get',
    path: '/workspaces',
    id: 'listWorkspaces',
    tag: 'Workspaces',
    summary: "List the host's workspaces",
    description: 'In the order of their making, page by page.',
    query: z.strictObject({
      state: z
        .enum(['active', 'deleted', 'all'])
        .default('active')
        .meta({ description: 'Deleted ones can be restored for thirty days.' }),
      cursor: z.string().max(100).optional().meta({
        description: '`nextCursor` of the page before.',
      }),
      limit: pageSize(50, 100),
    }),
    answers: {
      200: {
        description: 'A page.',
        body: z.object({
          workspaces: z.array(workspaceSettings),
          nextCursor: z.string().nullable(),
        }),
      },
    },
    async handle({ hostId, inInstallation }, { query: { state, cursor, limit } }) {
      const page = await inInstallation((query) =>
        listWorkspaces(query, hostId, { state, after: cursor, limit }),
      )
      const workspaces = page.workspaces.map(settingsOf)
      return { status: 200, body: { workspaces, nextCursor: page.nextCursor } }
    },
  }),
  hostOperation({
    method: 'post',
    path: '/workspaces/{workspace}/restore',
    id: 'restoreWorkspace',
    tag: 'Workspaces',
    summary: 'Restore a deleted workspace',
    description: 'Within thirty days of its deletion. Everybody signs in anew.',
    answers: { 204: { description: 'People come in again, and directories are heard.' } },
    async handle(caller, { params }) {
      const workspace = await caller.ofWorkspace(params.workspace, { evenIfDeleted: true })
      await workspace.write(restoreWorkspace)
      return { status: 204 }
    },
  }),
]

const editedSettings = workspaceSettings.extend({ jobId: changeJob })

/** What a workspace is called and how it decides, until its end. */
export const workspaceSettingsOperations: readonly Operation<HostWorkspaceCaller>[] = [
  hostWorkspaceOperation({
    method: 'get',
    path: '/settings',
    id: 'readWorkspaceSettings',
    tag: 'Workspaces',
    summary: "Read a workspace's settings",
    answers: { 200: { description: 'The settings.', etag: true, body: workspaceSettings } },
    async handle(caller) {
      const workspace = await caller.read((_trx, each) => Promise.resolve(each))
      return { status: 200, body: settingsOf(workspace), version: workspace.version }
    },
  }),
  hostWorkspaceOperation({
    method: 'patch',
    path: '',
    id: 'editWorkspace',
    tag: 'Workspaces',
    summary: "Change a workspace's settings",
    description: `What is absent stays. What decides about access counts for everybody at once. \`brand\` is replaced as a whole. ${aboutPreviewHash}`,
    versioned: true,
    query: z.strictObject({ previewHash }),
    body: workspaceEditRequest,
    answers: { 200: { description: 'The settings now.', etag: true, body: editedSettings } },
    refusals: ['conflict'],
    async handle(caller, { query, body: edit, version }) {
      const saved = await caller.write((trx) =>
        saveWorkspaceEdit(trx, edit, { ...query, expectedVersion: version }),
      )
      // Outside of the transaction, which counts the refusal.
      if (saved.outcome !== 'saved') throw differenceChanged(saved.difference)
      const { workspace } = saved
      if (edit.policies?.adoption === 'auto') await reviewAllAdoptions((work) => caller.write(work))
      const body = { ...settingsOf(workspace), jobId: workspace.jobId ?? null }
      return { status: 200, body, version: workspace.version }
    },
  }),
  hostWorkspaceOperation({
    method: 'post',
    path: '/settings/preview',
    id: 'previewWorkspaceEdit',
    tag: 'Workspaces',
    summary: "Preview a change of a workspace's settings",
    description:
      'Who has other access, who loses it and who finds no seat, by `seats`, `localRoles` and `roleStrategy`; the other settings decide about nobody.',
    scope: 'read',
    body: workspaceEditRequest,
    answers: { 200: { description: 'The difference.', body: accessDifference } },
    handle: async (caller, { body }) => ({
      status: 200,
      body: await caller.read((trx) => previewWorkspaceEdit(trx, body)),
    }),
  }),
  hostWorkspaceOperation({
    method: 'delete',
    path: '',
    id: 'deleteWorkspace',
    tag: 'Workspaces',
    summary: 'Delete a workspace',
    description:
      'At once nobody comes in, no token counts and directories are answered 403. It can be restored for thirty days; ' +
      'then it is removed for good.',
    versioned: true,
    answers: { 204: { description: 'It is deleted.' } },
    async handle(caller, { version }) {
      await caller.write((trx) => deleteWorkspace(trx, version))
      return { status: 204 }
    },
  }),
]

function settingsOf(workspace: Workspace): z.output<typeof workspaceSettings> {
  const { hostId: _, version: __, ...settings } = workspace
  return settings
}
