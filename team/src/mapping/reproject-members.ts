import { createId, violatedConstraint, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { type Change, recordChanges } from '../history/record-change.ts'
import { memberChange } from './member-change.ts'
import {
  lockMembersWithFacts,
  type MemberWithFacts,
  type StoredGrant,
} from './member-facts-store.ts'
import { type Grant, type MemberAccess, type MemberFacts, project } from './project.ts'
import { loadRuleSet, type RuleSet } from './rule-set-store.ts'

const chunkSize = 1_000

/**
 * Gives members what directory, rules and people's decisions say they should have now: computes it with `project`,
 * writes the difference set-based and records what changed. `alsoChanged` are members whose profile was written
 * in this transaction, so that the host hears of it even when their access stays. `decide` gives other grants by people
 * than the stored ones.
 */
export async function reprojectMembers(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
  alsoChanged: ReadonlySet<string> = new Set(),
  decide: (facts: MemberFacts, rules: RuleSet) => readonly Grant[] = (facts) => facts.localGrants,
): Promise<void> {
  if (memberIds.length === 0) return
  const sorted = [...new Set(memberIds)].toSorted()
  for (let start = 0; start < sorted.length; start += chunkSize) {
    const members = await lockMembersWithFacts(trx, sorted.slice(start, start + chunkSize))
    // After the lock: whoever changed the rules meanwhile has projected these members and committed.
    const rules = await loadRuleSet(trx)
    const projected = members.map((member) => {
      const localGrants = decide(member.facts, rules)
      return { member, access: project({ ...member.facts, localGrants }, rules) }
    })
    const changes = projected.flatMap(({ member, access }): Change[] =>
      memberChange(member, access, rules, alsoChanged.has(member.row.id)),
    )
    await writeAccess(trx, projected, rules.version).catch(askAgain)
    await writeGrants(trx, projected).catch(askAgain)
    await recordChanges(trx, changes)
  }
}

interface ProjectedMember {
  member: MemberWithFacts
  access: MemberAccess
}

async function writeAccess(
  trx: WorkspaceTransaction,
  projected: readonly ProjectedMember[],
  rulesVersion: string,
): Promise<void> {
  const stale = projected.filter(
    ({ member: { row, grants }, access }) =>
      row.version === '0' ||
      row.rules_version !== rulesVersion ||
      row.state !== access.state ||
      row.role_id !== access.roleId ||
      row.no_role_reason !== access.noRoleReason ||
      row.conversation_access !== access.conversationAccess ||
      grantsText(grants) !== grantsText(access.grants),
  )
  if (stale.length === 0) return
  await sql`
    update members as m set
      state = p.state,
      role_id = p.role_id,
      no_role_reason = p.no_role_reason,
      conversation_access = p.conversation_access,
      rules_version = ${rulesVersion},
      version = m.version + 1,
      activated_at = case when p.state = 'active' then coalesce(m.activated_at, now()) else m.activated_at end,
      -- Sessions and tokens from before a suspension or removal never count again. Its end moves the moment once more:
      -- one that was issued while the suspension was being written carries a later time than its beginning.
      access_valid_from = case when m.version > 0 and m.state <> p.state
          and (p.state in ('suspended', 'removed') or m.state in ('suspended', 'removed'))
        then clock_timestamp() else m.access_valid_from end
    from unnest(
      ${stale.map(({ member }) => member.row.id)}::uuid[],
      ${stale.map(({ access }) => access.state)}::text[],
      ${stale.map(({ access }) => access.roleId)}::uuid[],
      ${stale.map(({ access }) => access.noRoleReason)}::text[],
      ${stale.map(({ access }) => access.conversationAccess)}::text[]
    ) as p (id, state, role_id, no_role_reason, conversation_access)
    where m.workspace_id = ${trx.workspaceId} and m.id = p.id`.execute(trx.query)
}

async function writeGrants(
  trx: WorkspaceTransaction,
  projected: readonly ProjectedMember[],
): Promise<void> {
  const gone: string[] = []
  const turned: { id: string; effective: boolean }[] = []
  const added: { memberId: string; grant: Grant & { effective: boolean } }[] = []
  for (const { member, access } of projected) {
    const stored = new Map(member.grants.map((grant) => [grantKey(grant), grant]))
    for (const grant of access.grants) {
      const known = stored.get(grantKey(grant))
      if (known === undefined) added.push({ memberId: member.row.id, grant })
      else if (known.effective !== grant.effective)
        turned.push({ id: known.id, effective: grant.effective })
      stored.delete(grantKey(grant))
    }
    for (const grant of stored.values()) gone.push(grant.id)
  }
  if (gone.length > 0) {
    await trx.query
      .deleteFrom('grants')
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', sql<string>`any(${gone}::uuid[])`)
      .execute()
  }
  if (turned.length > 0) {
    await sql`
      update grants as g set effective = t.effective
      from unnest(${turned.map((grant) => grant.id)}::uuid[], ${turned.map((grant) => grant.effective)}::boolean[])
        as t (id, effective)
      where g.workspace_id = ${trx.workspaceId} and g.id = t.id`.execute(trx.query)
  }
  if (added.length > 0) {
    const valueIds = (kind: Grant['kind']): (string | null)[] =>
      added.map(({ grant }) => (grant.kind === kind ? grant.valueId : null))
    await sql`
      insert into grants
        (workspace_id, id, member_id, kind, role_id, department_id, channel_id, source, source_id, effective, request_id)
      select ${trx.workspaceId}::uuid, a.*, ${trx.actor.requestId}::text
      from unnest(
        ${added.map(() => createId())}::uuid[],
        ${added.map(({ memberId }) => memberId)}::uuid[],
        ${added.map(({ grant }) => grant.kind)}::text[],
        ${valueIds('role')}::uuid[],
        ${valueIds('department')}::uuid[],
        ${valueIds('channel')}::uuid[],
        ${added.map(({ grant }) => grant.source)}::text[],
        ${added.map(({ grant }) => grant.sourceId)}::uuid[],
        ${added.map(({ grant }) => grant.effective)}::boolean[]
      ) as a`.execute(trx.query)
  }
}

/** What a rule gives was deleted since the rules were read: as a serialization failure the transaction runs again. */
function askAgain(error: unknown): never {
  const constraint = violatedConstraint(error) ?? ''
  if (!/^(grants_(role|department|channel)|members_role)_exists$/.test(constraint)) throw error
  throw Object.assign(new Error('What the rules give was deleted.', { cause: error }), {
    code: '40001',
  })
}

/** The same text for the same grants in any order. */
function grantsText(grants: readonly (Grant & { effective: boolean })[]): string {
  return grants
    .map((grant) => `${grantKey(grant)} ${grant.effective}`)
    .toSorted()
    .join('\n')
}

function grantKey(grant: Grant | StoredGrant): string {
  return `${grant.kind} ${grant.valueId} ${grant.source} ${grant.sourceId}`
}
