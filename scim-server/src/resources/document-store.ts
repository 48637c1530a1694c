/** Resources stored whole, as rows of `scim_documents`. */
import { createId, isId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { Attribute, ResourceModel } from '../protocol/attribute.ts'
import { keyOf } from '../protocol/elements.ts'
import type { Resource, ResourceValue } from '../protocol/resource.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { type Column } from '../query/column.ts'
import { listRows, type RowList, type RowPage } from '../query/list-rows.ts'
import { metaColumns, resourceColumns } from '../query/resource-columns.ts'
import { searchKey } from '../query/search-document.ts'
import { type ResourceRow, toStored } from './stored-resource.ts'

/** The documents of one type of one connection. */
export interface DocumentScope {
  readonly connectionId: string
  readonly model: ResourceModel
}

const ownColumns: readonly (readonly [string, Column])[] = [
  ['id', { kind: 'uuid', sql: sql`r.id`, folded: false }],
  ['externalId', { kind: 'text', sql: sql`r.external_id`, folded: false }],
]
const pathsInColumns: ReadonlySet<string> = new Set(ownColumns.map(([path]) => path))

/** Reads a document that is not deleted. */
export async function findDocument(
  trx: WorkspaceTransaction,
  scope: DocumentScope,
  id: string,
): Promise<ResourceRow | undefined> {
  return isId(id) ? selectDocument(trx, scope, id).executeTakeFirst() : undefined
}

/** The same, with a lock on it. */
export async function lockDocument(
  trx: WorkspaceTransaction,
  scope: DocumentScope,
  id: string,
): Promise<ResourceRow | undefined> {
  return isId(id) ? selectDocument(trx, scope, id).forUpdate().executeTakeFirst() : undefined
}

function selectDocument(trx: WorkspaceTransaction, scope: DocumentScope, id: string) {
  return trx.query
    .selectFrom('scim_documents')
    .select(['id', 'resource', 'version', 'created_at', 'last_modified_at'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', scope.connectionId)
    .where('resource_type', '=', scope.model.type.name)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
}

/** Lists documents that are not deleted. */
export function listDocuments(
  trx: WorkspaceTransaction,
  { connectionId, model }: DocumentScope,
  location: string,
  list: Pick<RowList, 'filter' | 'sort' | 'page'>,
): Promise<RowPage<ResourceRow>> {
  const { name } = model.type
  return listRows<ResourceRow>(trx, {
    ...list,
    connectionId,
    table: 'scim_documents',
    among: sql`r.resource_type = ${name}`,
    columns: resourceColumns({
      columns: new Map([...ownColumns, ...metaColumns(name, location)]),
      relations: new Map(),
    }),
    extra: sql``,
    keys: new Map([['id', 'one']]),
  })
}

/** Stores a new document. */
export async function insertDocument(
  trx: WorkspaceTransaction,
  scope: DocumentScope,
  resource: Resource,
): Promise<ResourceRow> {
  const id = createId()
  await assertUnique(trx, scope, id, resource)
  return trx.query
    .insertInto('scim_documents')
    .values({
      workspace_id: trx.workspaceId,
      connection_id: scope.connectionId,
      id,
      resource_type: scope.model.type.name,
      deleted_at: null,
      ...toColumns(scope, resource),
    })
    .returning(['id', 'resource', 'version', 'created_at', 'last_modified_at'])
    .executeTakeFirstOrThrow()
}

/** Stores another version of a document that is locked. */
export async function writeDocument(
  trx: WorkspaceTransaction,
  scope: DocumentScope,
  id: string,
  resource: Resource,
): Promise<ResourceRow> {
  await assertUnique(trx, scope, id, resource)
  return trx.query
    .updateTable('scim_documents')
    .set({
      ...toColumns(scope, resource),
      version: sql`version + 1`,
      last_modified_at: sql`greatest(now(), last_modified_at + interval '1 millisecond')`,
    })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .returning(['id', 'resource', 'version', 'created_at', 'last_modified_at'])
    .executeTakeFirstOrThrow()
}

/** Deletes a document for good: nobody else refers to it. */
export async function deleteDocument(trx: WorkspaceTransaction, id: string): Promise<void> {
  await trx.query
    .deleteFrom('scim_documents')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .execute()
}

function toColumns(
  { model }: DocumentScope,
  resource: Resource,
): { external_id: string | null; resource: string } {
  const { externalId } = resource
  return {
    external_id: typeof externalId === 'string' ? externalId : null,
    resource: JSON.stringify(toStored(resource, model, pathsInColumns)),
  }
}

/**
 * MUST: a value whose attribute is unique is nobody else's → 409. No index knows the attribute, so
 * writers of one value wait for each other.
 */
async function assertUnique(
  trx: WorkspaceTransaction,
  { connectionId, model }: DocumentScope,
  id: string,
  resource: Resource,
): Promise<void> {
  for (const attribute of model.topLevel) {
    const key = uniqueKey(attribute, resource)
    if (key === undefined) continue
    const place = [searchKey, attribute.extension, attribute.name].filter(
      (each) => each !== undefined,
    )
    const value = JSON.stringify(key)
    const lock = `scim_documents ${connectionId} ${model.type.name} ${attribute.path} ${value}`
    await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(trx.query)
    const { rows } = await sql`
      select 1 from scim_documents as r
      where r.workspace_id = ${trx.workspaceId} and r.connection_id = ${connectionId}
        and r.resource_type = ${model.type.name} and r.deleted_at is null and r.id <> ${id}
        and (r.resource #> ${place}::text[]) = ${value}::jsonb
      limit 1`.execute(trx.query)
    if (rows.length > 0) throw ScimError.of('uniqueness', `${attribute.path} is already taken.`)
  }
}

function uniqueKey(attribute: Attribute, resource: Resource): ResourceValue | undefined {
  const { uniqueness, multiValued, mutability, extension, name } = attribute
  if (uniqueness === 'none' || multiValued || mutability === 'readOnly') return undefined
  const holder = extension === undefined ? resource : (resource[extension] as Resource | undefined)
  return keyOf(attribute, holder?.[name]) ?? undefined
}
