import {
  readScimHealth,
  type ScimHealth as ConnectionHealth,
  type ScimTroubleCode,
  scimTroubles,
} from '@plantel/scim-server'
import { readWorkspace, requirePermission } from '@plantel/team'
import type { ScimHealth, ScimTrouble } from '@plantel/widget/contract'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'

const remedies: Readonly<Record<ScimTroubleCode, string>> = {
  'credential-refused':
    'The token counts no longer or may not do this: give the directory a new one.',
  'name-taken':
    'Somebody or something of this name is here already: rename one of them in the directory, or match them there.',
  'value-refused':
    'A value can not be stored: correct it in the directory, or take it out of the attributes that it sends.',
  'not-found':
    'It was deleted here: clear the provisioning state of it in the directory and assign it again.',
  'changed-meanwhile': 'Somebody else changed it meanwhile: let the directory send it again.',
  'too-large': 'The request is too large: let the directory send fewer members at once.',
  'too-fast': 'The directory asks faster than is agreed: it goes on by itself.',
  'server-failed':
    'The server failed: let the directory send it again, and tell us the time if it happens again.',
  'request-refused': 'The request was refused: look at it in the request log.',
  'adoption-pending':
    'Somebody with this address is a member already: say in the policies that they become one, or change the address.',
  'email-taken': 'Two people have this address: give one of them another one in the directory.',
  'unknown-member':
    'The group names people who were not sent: assign them to the application in the directory.',
  'unknown-role':
    'The directory names a role that is not here: create it, or correct the name there.',
  'operation-refused': 'A part of the request was refused: look at it in the request log.',
}

const trouble = z
  .object({
    code: z.enum(scimTroubles).meta({ description: 'What has to be done about it.' }),
    detail: z.string().meta({ description: 'The same, in English.' }),
    person: z
      .object({
        directoryUserId: z.uuid(),
        displayName: z.string(),
        memberId: z.uuid().nullable(),
      })
      .nullable(),
    group: z.object({ id: z.uuid(), displayName: z.string() }).nullable(),
    method: z.string(),
    path: z.string(),
    status: z.int(),
    subjects: z.array(z.string()).meta({ description: 'What it is about, five at most.' }),
    times: z.int(),
    lastAt: z.iso.datetime(),
  })
  .meta({ id: 'ScimTrouble' }) satisfies z.ZodType<ScimTrouble>

const health = z
  .object({
    lastRequestAt: z.iso.datetime().nullable(),
    lastSyncAt: z.iso.datetime().nullable().meta({
      description: 'The last time that the directory changed something here.',
    }),
    withoutOwner: z.boolean().meta({
      description:
        'The directory ended the last owner of the workspace: the inbox names a new one, or the directory gives them back.',
    }),
    users: z.int(),
    groups: z.int(),
    requests: z.object({ total: z.int(), refused: z.int() }).meta({
      description: 'Of the last day, twenty thousand at most.',
    }),
    troubles: z.array(trouble).meta({
      description:
        'What the directory did not get and no later request has mended, the newest first.',
    }),
  })
  .meta({ id: 'ScimHealth' }) satisfies z.ZodType<ScimHealth>

/** `GET …/scim-connections/{connection}/health`: whether a directory is heard, and what to do where it isn't. */
export const scimHealthOperation: Operation<WorkspaceCaller> = workspaceOperation({
  method: 'get',
  path: '/scim-connections/{connection}/health',
  id: 'readScimHealth',
  tag: 'Directory',
  summary: 'Say how a SCIM connection is doing',
  description: 'By its newest twenty thousand requests.',
  answers: { 200: { description: 'When it was heard last, and what is wrong.', body: health } },
  async handle(caller, { params }) {
    const found = await caller.read(async (trx) => {
      await requirePermission(trx, 'directory:manage')
      const { withoutOwner } = await readWorkspace(trx)
      return { withoutOwner, ...(await readScimHealth(trx, params.connection)) }
    })
    return { status: 200, body: show(found) }
  },
})

function show(found: ConnectionHealth & { withoutOwner: boolean }): z.output<typeof health> {
  return {
    ...found,
    lastRequestAt: textOf(found.lastRequestAt),
    lastSyncAt: textOf(found.lastSyncAt),
    troubles: found.troubles.map((each) => ({
      ...each,
      detail: remedies[each.code],
      lastAt: each.lastAt.toISOString(),
    })),
  }
}

function textOf(at: Date | null): string | null {
  return at?.toISOString() ?? null
}
