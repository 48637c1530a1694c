import { createId, violatedConstraint, type WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import type { MemberWithFacts, StoredGrant } from './member-facts-store.ts'
import { type Grant, grantKey, type MemberAccess, type ProjectedGrant } from './project.ts'
import type { RuleSet } from './rule-set-store.ts'
import { claimOf } from './seat-store.ts'

/** A locked member and what they are to have. */
export interface ProjectedMember {
  member: MemberWithFacts
  access: MemberAccess
}

/** Writes what is not stored yet of many projections: others go first between its statements, which take milliseconds. */
export async function writeProjections(
  trx: WorkspaceTransaction,
  projected: readonly ProjectedMember[],
  rules: RuleSet,
): Promise<void> {
  await trx.settle()
  for (const sendPart of partsOf(trx, askedBy(trx, projected), rules)) {
    sendPart()
    await trx.settle()
  }
}

/** Sends what is not stored yet of these projections, each kind of change with one statement. */
export function sendProjection(
  trx: WorkspaceTransaction,
  projected: readonly ProjectedMember[],
  rules: RuleSet,
): void {
  trx.gather(`projection ${rules.version}`, askedBy(trx, projected), (all) => {
    for (const sendPart of partsOf(trx, all.flat(), rules)) sendPart()
  })
}

/** Grants tell which request they come from. */
type AskedProjection = ProjectedMember & { requestId: string }

function askedBy(
  { actor: { requestId } }: WorkspaceTransaction,
  projected: readonly ProjectedMember[],
): AskedProjection[] {
  return projected.map((each) => ({ ...each, requestId }))
}

/** What writes them, each kind of change with one statement, in their order. */
function partsOf(
  trx: WorkspaceTransaction,
  projected: readonly AskedProjection[],
  rules: RuleSet,
): readonly (() => void)[] {
  const differing = projected.filter(({ member, access }) => differs(member, access, rules))
  const others = projected.filter(
    ({ member, access }) =>
      member.row.rules_version !== rules.version && !differs(member, access, rules),
  )
  return [
    () => sendAccess(trx, differing, rules.version),
    () => sendGrantsOf(trx, differing),
    () => sendRulesVersion(trx, others, rules.version),
  ]
}

/** Whether anything of the projection is other than what is stored. */
export function differs(
  { row, seat, grants }: MemberWithFacts,
  access: MemberAccess,
  rules: RuleSet,
): boolean {
  return (
    row.version === '0' ||
    row.state !== access.state ||
    row.role_id !== access.roleId ||
    row.no_role_reason !== access.noRoleReason ||
    row.conversation_access !== access.conversationAccess ||
    (rules.seats !== null && claimOf(seat) !== access.seatClaim) ||
    grantsDiffer(grants, access.grants)
  )
}

function grantsDiffer(
  stored: readonly StoredGrant[],
  projected: readonly ProjectedGrant[],
): boolean {
  if (stored.length !== projected.length) return true
  const effective = new Map(stored.map((grant) => [grantKey(grant), grant.effective]))
  return projected.some((grant) => effective.get(grantKey(grant)) !== grant.effective)
}

function sendAccess(
  trx: WorkspaceTransaction,
  projected: readonly ProjectedMember[],
  rulesVersion: string,
): void {
  if (projected.length === 0) return
  // Selected, so that the planner does not see how many there are: one plan serves for all.
  send(
    trx,
    sql`
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
      (select ${projected.map(({ member }) => member.row.id)}::uuid[]),
      (select ${projected.map(({ access }) => access.state)}::text[]),
      (select ${projected.map(({ access }) => access.roleId)}::uuid[]),
      (select ${projected.map(({ access }) => access.noRoleReason)}::text[]),
      (select ${projected.map(({ access }) => access.conversationAccess)}::text[])
    ) as p (id, state, role_id, no_role_reason, conversation_access)
    where m.workspace_id = ${trx.workspaceId} and m.id = p.id`,
  )
}

/** Who has already what the rules say remembers it, and is the same for whoever edits them. */
function sendRulesVersion(
  trx: WorkspaceTransaction,
  projected: readonly ProjectedMember[],
  version: string,
): void {
  if (projected.length === 0) return
  send(
    trx,
    sql`
    update members set rules_version = ${version}
    where workspace_id = ${trx.workspaceId}
      and id = any((select ${projected.map(({ member }) => member.row.id)}::uuid[])::uuid[])`,
  )
}

interface GrantRow {
  memberId: string
  id: string
}

/** Sends the difference between the grants that a member has and those that they are to have. */
export function sendGrants(trx: WorkspaceTransaction, projected: ProjectedMember): void {
  sendGrantsOf(trx, [{ ...projected, requestId: trx.actor.requestId }])
}

function sendGrantsOf(trx: WorkspaceTransaction, projected: readonly AskedProjection[]): void {
  const gone: GrantRow[] = []
  const turned: (GrantRow & { effective: boolean })[] = []
  const added: { memberId: string; grant: ProjectedGrant; requestId: string }[] = []
  for (const { member, access, requestId } of projected) {
    const memberId = member.row.id
    const stored = new Map(member.grants.map((grant) => [grantKey(grant), grant]))
    for (const grant of access.grants) {
      const key = grantKey(grant)
      const known = stored.get(key)
      if (known === undefined) added.push({ memberId, grant, requestId })
      else if (known.effective !== grant.effective) {
        turned.push({ memberId, id: known.id, effective: grant.effective })
      }
      stored.delete(key)
    }
    for (const { id } of stored.values()) gone.push({ memberId, id })
  }
  if (gone.length > 0) {
    send(
      trx,
      sql`
      delete from grants g
      using unnest((select ${gone.map((row) => row.memberId)}::uuid[]), (select ${gone.map((row) => row.id)}::uuid[])) as t (member_id, id)
      where g.workspace_id = ${trx.workspaceId} and g.member_id = t.member_id and g.id = t.id`,
    )
  }
  if (turned.length > 0) {
    send(
      trx,
      sql`
      update grants g set effective = t.effective
      from unnest(
        (select ${turned.map((row) => row.memberId)}::uuid[]),
        (select ${turned.map((row) => row.id)}::uuid[]),
        (select ${turned.map((row) => row.effective)}::boolean[])
      ) as t (member_id, id, effective)
      where g.workspace_id = ${trx.workspaceId} and g.member_id = t.member_id and g.id = t.id`,
    )
  }
  if (added.length > 0) {
    const valueIds = (kind: Grant['kind']): (string | null)[] =>
      added.map(({ grant }) => (grant.kind === kind ? grant.valueId : null))
    send(
      trx,
      sql`
      insert into grants
        (workspace_id, id, member_id, kind, role_id, department_id, channel_id, source, source_id, effective, request_id)
      select ${trx.workspaceId}::uuid, a.*
      from unnest(
        ${added.map(() => createId())}::uuid[],
        ${added.map(({ memberId }) => memberId)}::uuid[],
        ${added.map(({ grant }) => grant.kind)}::text[],
        ${valueIds('role')}::uuid[],
        ${valueIds('department')}::uuid[],
        ${valueIds('channel')}::uuid[],
        ${added.map(({ grant }) => grant.source)}::text[],
        ${added.map(({ grant }) => grant.sourceId)}::uuid[],
        ${added.map(({ grant }) => grant.effective)}::boolean[],
        ${added.map(({ requestId }) => requestId)}::text[]
      ) as a`,
    )
  }
}

function send(trx: WorkspaceTransaction, statement: RawBuilder<unknown>): void {
  trx.send(statement, againIfOvertaken)
}

/**
 * What the rules give was deleted since they were read, or somebody else came to have the address: as a serialization
 * failure the transaction runs again.
 */
export function againIfOvertaken(error: unknown): unknown {
  const constraint = violatedConstraint(error) ?? ''
  if (!overtaken.test(constraint)) return error
  return Object.assign(new Error('Somebody was faster.', { cause: error }), { code: '40001' })
}

const overtaken =
  /^(grants_(role|department|channel)_exists|members_role_exists|members_(email|host_user)_unique)$/
