import type { InviteField, WorkspacePolicies, WorkspaceTransaction } from '@plantel/db'

import type { Locale, TeamLabels } from './preset.ts'
import { findPreset } from './presets.ts'

/** How this workspace's own team screen speaks and what its form asks for. */
export interface TeamScreen {
  labels: Record<Locale, TeamLabels>
  inviteFields: InviteField[]
  passwords: WorkspacePolicies['passwords']
}

export async function readTeamScreen(trx: WorkspaceTransaction): Promise<TeamScreen> {
  const { preset: name, policies } = await trx.query
    .selectFrom('workspaces')
    .select(['preset', 'policies'])
    .where('id', '=', trx.workspaceId)
    .executeTakeFirstOrThrow()
  const preset = findPreset(name)
  if (preset === undefined) throw new Error(`The workspace has an unknown preset: ${name}.`)
  return {
    labels: preset.labels,
    inviteFields: policies.inviteFields,
    passwords: policies.passwords,
  }
}
