import type { IdpBridge } from '@plantel/idp-bridge'
import { findMemberByHostUser, TeamError } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type HostCaller, hostOperation } from './host-caller.ts'

const workspace = z.string().min(1).max(100).meta({ description: 'Id or slug.' })

const widgetTokenRequest = z.union(
  [
    z.strictObject({ workspace, member: z.string().min(1).max(100) }),
    z.strictObject({ workspace, hostUser: z.string().min(1).max(200) }),
  ],
  'must name a workspace and either member or hostUser',
)

/** Lets one member's browser call the Team API for a few minutes. */
export function widgetTokenOperation({
  mintWidgetToken,
}: Pick<IdpBridge, 'mintWidgetToken'>): Operation<HostCaller> {
  return hostOperation({
    method: 'post',
    path: '/widget-tokens',
    id: 'mintWidgetToken',
    tag: 'Tokens',
    summary: 'Make a widget token for a member',
    description: "For the widget in that member's browser, and nobody else's.",
    scope: 'tokens',
    body: widgetTokenRequest,
    answers: {
      200: {
        description: 'A token that lives five minutes.',
        body: z.object({ token: z.string(), expiresAt: z.date() }),
      },
    },
    refusals: ['not-found'],
    async handle(caller, { body }) {
      const workspace = await caller.ofWorkspace(body.workspace)
      const memberId =
        'member' in body
          ? body.member
          : await workspace.read((trx) => findMemberByHostUser(trx, body.hostUser))
      if (memberId === undefined) throw new TeamError('member-not-found')
      return { status: 200, body: await mintWidgetToken(workspace.id, memberId) }
    },
  })
}
