import {
  readTeamActor,
  readTeamScreen,
  readWorkspaceSummary,
  roleReference as referTo,
} from '@plantel/team'
import type { TeamLabels, TeamWorkspace } from '@plantel/widget/contract'
import { z } from 'zod'

import { apiVersion } from '../operations/openapi-document.ts'
import type { Operation } from '../operations/operation.ts'
import { inviteField } from '../workspace-edit-request.ts'
import { namedReference, roleReference } from './member-schemas.ts'
import { type TeamCaller, teamOperation } from './team-edge.ts'
import { workspaceActions } from './workspace-actions.ts'

const labels: z.ZodType<TeamLabels> = z
  .object({
    title: z.string(),
    addMember: z.string(),
    submit: z.string(),
    role: z.string(),
    accept: z.string(),
  })
  .meta({ id: 'TeamLabels', description: "The words of the inbox's own team screen." })

/** A channel as rules name it. */
const channelReference = z
  .object({ id: z.uuid(), key: z.string(), name: z.string() })
  .meta({ id: 'ChannelReference' })

const teamWorkspace: z.ZodType<TeamWorkspace> = z
  .object({
    id: z.uuid(),
    name: z.string(),
    locale: z.string(),
    apiVersion: z.string(),
    viewer: z.object({
      memberId: z.uuid(),
      displayName: z.string(),
      role: roleReference.nullable(),
    }),
    seats: z.object({ used: z.int(), limit: z.int().nullable() }),
    roles: z.array(roleReference).meta({ description: 'Highest first.' }),
    departments: z.array(namedReference),
    channels: z.array(channelReference),
    screen: z.object({
      labels: z.record(z.enum(['en', 'es', 'pt-BR']), labels),
      inviteFields: z.array(inviteField),
      passwords: z.enum(['person', 'admins']),
    }),
    can: z.object({
      actions: z
        .array(
          z.enum([
            'invite',
            'create',
            'import',
            'export',
            'bulk',
            'give-supervisor',
            'manage-departments',
            'manage-roles',
            'manage-rules',
            'transfer-ownership',
          ]),
        )
        .meta({ description: 'What the viewer may do that is not about one member.' }),
      grantableRoles: z
        .array(z.string())
        .meta({ description: 'Keys of the roles that the viewer may give to others.' }),
    }),
  })
  .meta({ id: 'Workspace' })

/** What the widget needs to know once. */
export const workspaceOperation: Operation<TeamCaller> = teamOperation({
  method: 'get',
  path: '/workspace',
  id: 'readWorkspace',
  tag: 'Workspaces',
  summary: 'What a team screen needs to know once',
  answers: { 200: { description: 'The workspace, and who looks.', body: teamWorkspace } },
  async handle(caller) {
    const body = await caller.read(async (trx, { access }) => {
      const workspace = await readWorkspaceSummary(trx)
      const screen = await readTeamScreen(trx)
      return {
        ...workspace,
        screen,
        can: workspaceActions(await readTeamActor(trx), access.role?.key, screen.passwords),
        apiVersion,
        viewer: {
          memberId: access.memberId,
          displayName: access.displayName,
          role: access.role === null ? null : referTo(access.role),
        },
      }
    })
    return { status: 200, body }
  },
})
