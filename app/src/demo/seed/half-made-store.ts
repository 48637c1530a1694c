import { type Database, readInWorkspace } from '@plantel/db'

/** What an earlier start made of a workspace before it was cut off, without having noted it. */
export interface HalfMade {
  workspaceId: string
  ownerMemberId: string
  ssoConnectionId: string | undefined
  samlConnectionId: string | undefined
  scimConnectionId: string | undefined
}

/** Looks the demo's own workspace up; undefined when it was never created. */
export async function findHalfMade(
  db: Database,
  slug: string,
  ssoClientId: string,
  samlEntityId: string,
): Promise<HalfMade | undefined> {
  const workspace = await db.query
    .selectFrom('workspaces')
    .select('id')
    .where('slug', '=', slug)
    .executeTakeFirst()
  if (workspace === undefined) return undefined
  const { id } = workspace
  const actor = { kind: 'system', id: null, requestId: 'demo' } as const
  return readInWorkspace(db, id, actor, async ({ query }) => {
    const owner = await query
      .selectFrom('members')
      .innerJoin('roles', (join) =>
        join
          .onRef('roles.workspace_id', '=', 'members.workspace_id')
          .onRef('roles.id', '=', 'members.role_id'),
      )
      .select('members.id')
      .where('members.workspace_id', '=', id)
      .where('roles.key', '=', 'owner')
      .orderBy('members.id')
      .executeTakeFirstOrThrow()
    const sso = await query
      .selectFrom('sso_connections')
      .select('id')
      .where('workspace_id', '=', id)
      .where('client_id', '=', ssoClientId)
      .executeTakeFirst()
    const saml = await query
      .selectFrom('sso_connections')
      .select('id')
      .where('workspace_id', '=', id)
      .where('kind', '=', 'saml')
      .where('issuer', '=', samlEntityId)
      .executeTakeFirst()
    const scim = await query
      .selectFrom('scim_connections')
      .select('id')
      .where('workspace_id', '=', id)
      .where('state', '=', 'active')
      .executeTakeFirst()
    return {
      workspaceId: id,
      ownerMemberId: owner.id,
      ssoConnectionId: sso?.id,
      samlConnectionId: saml?.id,
      scimConnectionId: scim?.id,
    }
  })
}
