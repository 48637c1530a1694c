import type { InviteField, WorkspacePolicies, WorkspaceTransaction } from '@plantel/db'

import type { Locale, TeamLabels } from './preset.ts'
import { teamLabels } from './team-labels.ts'

/** How this workspace's own team screen speaks and what its form asks for. */
export interface TeamScreen {
  labels: Record<Locale, TeamLabels>
  inviteFields: InviteField[]
  passwords: WorkspacePolicies['passwords']
}

export async function readTeamScreen(trx: WorkspaceTransaction): Promise<TeamScreen> {
  const { preset, brand, policies } = await trx.query
    .selectFrom('workspaces')
    .select(['preset', 'brand', 'policies'])
    .where('id', '=', trx.workspaceId)
    .executeTakeFirstOrThrow()
  return {
    labels: teamLabels(preset, brand),
    inviteFields: policies.inviteFields,
    passwords: policies.passwords,
  }
}
