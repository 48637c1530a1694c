import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { requirePermission } from '../permissions/require-permission.ts'
import { memberConditions, searchCondition } from './member-filter.ts'
import type { MemberFilter, MemberListRow } from './member-list.ts'
import { orderedPage, type PageRow } from './member-page.ts'
import { readMemberRows } from './member-rows.ts'
import { searchPatterns } from './member-search.ts'

/** A member with what a table for people has and a list hasn't. */
export interface ExportedMember extends MemberListRow {
  phone: string | null
  jobTitle: string | null
  language: string | null
  /** Has the right to see all conversations, whoever gave it. */
  isSupervisor: boolean
  createdAt: Date
}

/**
 * The next members whom a filter holds after one, in order of their ids, so that a table of any length is read page by
 * page. `scanned` is the last id, the next page's `after`; undefined on the last page. Throws `permission-missing`.
 */
export async function readExportPage(
  trx: WorkspaceTransaction,
  filter: MemberFilter,
  page: { after: string | undefined; limit: number },
): Promise<{ members: ExportedMember[]; scanned: string | undefined }> {
  await requirePermission(trx, 'members:manage')
  const { after, limit } = page
  const patterns = searchPatterns(filter.search ?? '')
  const conditions = memberConditions(trx, filter)
  const place =
    after === undefined
      ? undefined
      : { sort: 'created' as const, toward: 'next' as const, memberId: after, at: null }
  const { rows } = await sql<PageRow>`
    select page.id from (${orderedPage(trx, 'created', place, limit, {
      from: sql`members`,
      where:
        patterns === undefined
          ? conditions
          : sql<boolean>`${conditions} and ${searchCondition(trx, patterns)}`,
    })}) page order by page.n`.execute(trx.query)
  const ids = rows.map(({ id }) => id)
  return {
    members: await readExported(trx, ids),
    scanned: ids.length === limit ? ids.at(-1) : undefined,
  }
}

async function readExported(
  trx: WorkspaceTransaction,
  ids: readonly string[],
): Promise<ExportedMember[]> {
  if (ids.length === 0) return []
  const members = await readMemberRows(trx, ids)
  const profiles = await trx.query
    .selectFrom('members')
    .select(['id', 'phone', 'job_title', 'language', 'created_at'])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('grants as grant')
            .select('grant.id')
            .whereRef('grant.workspace_id', '=', 'members.workspace_id')
            .whereRef('grant.member_id', '=', 'members.id')
            .where('grant.kind', '=', 'supervisor')
            .where('grant.effective', '=', true),
        )
        .$castTo<boolean>()
        .as('is_supervisor'),
    )
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .execute()
  const byId = new Map(profiles.map((profile) => [profile.id, profile]))
  return members.flatMap((member) => {
    const profile = byId.get(member.id)
    if (profile === undefined) return []
    const { phone, language, job_title: jobTitle, created_at: createdAt } = profile
    const isSupervisor = profile.is_supervisor
    return [{ ...member, phone, jobTitle, language, isSupervisor, createdAt }]
  })
}
