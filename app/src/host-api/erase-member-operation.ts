import { eraseMember } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'

/** Erases a person for good. */
export const eraseMemberOperation: Operation<HostWorkspaceCaller> = hostWorkspaceOperation({
  method: 'post',
  path: '/members/{member}/erase',
  id: 'eraseMember',
  tag: 'Members',
  summary: 'Erase a person',
  description:
    'Nothing says any more who this member was; the id stays, so that history says what was done. It cannot be taken ' +
    'back. Somebody whom a directory still provisions is refused, because they would come back with its next sync.',
  body: z.strictObject({ evenIfInDirectory: z.boolean().default(false) }).optional(),
  answers: { 204: { description: 'They are erased.' } },
  refusals: ['conflict'],
  async handle(caller, { params, body }) {
    await caller.write((trx) => eraseMember(trx, params.member, body))
    return { status: 204 }
  },
})
