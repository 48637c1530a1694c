import {
  createChannel,
  deleteChannel,
  listChannels,
  previewChannelDeletion,
  renameChannel,
} from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import {
  aboutPreviewHash,
  accessDifference,
  previewHash,
} from '../team-settings/access-difference.ts'
import { deletionAnswer, deletionAnswers } from '../team-settings/deletion-answer.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'

const name = z.string().trim().min(1).max(200)
const key = z
  .string()
  .regex(/^[\w.-]{1,64}$/)
  .meta({ description: "The host's own name for it.", example: 'whatsapp-mx' })

/** `/channels`: the inbox's own, which only the host knows. */
export const channelOperations: readonly Operation<HostWorkspaceCaller>[] = [
  hostWorkspaceOperation({
    method: 'get',
    path: '/channels',
    id: 'listChannels',
    tag: 'Channels',
    summary: 'List channels',
    answers: {
      200: {
        description: 'All of them, by key.',
        body: z.object({
          channels: z.array(
            z
              .object({ id: z.uuid(), key: z.string(), name: z.string(), version: z.string() })
              .meta({ id: 'Channel' }),
          ),
        }),
      },
    },
    handle: async (caller) => ({
      status: 200,
      body: { channels: await caller.read(listChannels) },
    }),
  }),
  hostWorkspaceOperation({
    method: 'post',
    path: '/channels',
    id: 'createChannel',
    tag: 'Channels',
    summary: 'Register a channel',
    body: z.strictObject({ key, name }),
    answers: {
      201: {
        description: 'The new channel.',
        body: z.object({ id: z.uuid(), key: z.string(), name: z.string() }),
      },
    },
    refusals: ['conflict'],
    async handle(caller, { body }) {
      const { id } = await caller.write((trx) => createChannel(trx, body))
      return { status: 201, body: { id, ...body } }
    },
  }),
  hostWorkspaceOperation({
    method: 'patch',
    path: '/channels/{channel}',
    id: 'renameChannel',
    tag: 'Channels',
    summary: 'Rename a channel',
    versioned: true,
    body: z.strictObject({ name }),
    answers: { 204: { description: 'It has the new name.' } },
    async handle(caller, { params, body, version }) {
      await caller.write((trx) => renameChannel(trx, params.channel, body.name, version))
      return { status: 204 }
    },
  }),
  hostWorkspaceOperation({
    method: 'delete',
    path: '/channels/{channel}',
    id: 'deleteChannel',
    tag: 'Channels',
    summary: 'Delete a channel',
    description: `Takes it away from everybody, and out of every rule. ${aboutPreviewHash}`,
    versioned: true,
    query: z.strictObject({ previewHash }),
    answers: deletionAnswers,
    refusals: ['conflict'],
    async handle(caller, { params, query, version }) {
      const saved = await caller.write((trx) =>
        deleteChannel(trx, params.channel, version, query.previewHash),
      )
      return deletionAnswer(saved)
    },
  }),
  hostWorkspaceOperation({
    method: 'get',
    path: '/channels/{channel}/deletion-preview',
    id: 'previewChannelDeletion',
    tag: 'Channels',
    summary: 'Preview the deletion of a channel',
    answers: { 200: { description: 'Who loses it.', body: accessDifference } },
    handle: async (caller, { params }) => ({
      status: 200,
      body: await caller.read((trx) => previewChannelDeletion(trx, params.channel)),
    }),
  }),
]
