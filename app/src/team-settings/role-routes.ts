import type { WorkspaceTransaction } from '@plantel/db'
import {
  createRole,
  deleteRole,
  editRole,
  listRoles,
  permissions,
  type RoleEdit,
  type RoleView,
  TeamError,
} from '@plantel/team'
import type { RoleList } from '@plantel/widget/contract'
import { z } from 'zod'

import { setVersion } from '../if-match.ts'
import { emptyQuery, parseRequest, pathParameter } from '../parse-request.ts'
import type { Route } from '../route-table.ts'
import type { TeamEdge } from './team-edge.ts'

const reference = z.string().min(1).max(100)
const change = {
  permissions: z.array(z.enum(permissions)).optional(),
  /** Keys. */
  grantable: z.array(reference).max(100).optional(),
  conversationAccess: z.enum(['own', 'departments', 'all']).optional(),
}
const name = z.string().trim().min(1).max(200)
const draft = z.strictObject({
  key: z.string().regex(/^[a-z\d](?:[a-z\d-]{0,62}[a-z\d])?$/),
  name,
  cloneOf: reference,
  ...change,
})
const edit = z
  .strictObject({ name: name.optional(), ...change })
  .refine((value) => Object.keys(value).length > 0, 'must change something')
const deletion = z.strictObject({ replacement: reference })

/** `/roles`: read with the permission catalogue, clone, edit, and delete with `?replacement=`. */
export function roleTable(edge: TeamEdge, prefix = ''): Route[] {
  const one = `${prefix}/roles/:role`
  return [
    [
      'get',
      `${prefix}/roles`,
      async (request, response) => {
        parseRequest(emptyQuery, request.query)
        const roles = await edge.open(request, (trx) => listRoles(trx))
        response.json({ roles, permissions: [...permissions] } satisfies RoleList)
      },
    ],
    [
      'post',
      `${prefix}/roles`,
      async (request, response) => {
        parseRequest(emptyQuery, request.query)
        const wanted = parseRequest(draft, request.body) as Parameters<typeof createRole>[1]
        const created = await edge.open(request, async (trx) => {
          const { id } = await createRole(trx, wanted)
          return readRole(trx, id)
        })
        setVersion(response, created.version)
        response.status(201).json(created)
      },
    ],
    [
      'patch',
      one,
      async (request, response) => {
        parseRequest(emptyQuery, request.query)
        const version = edge.versionOf(request)
        const wanted = parseRequest(edit, request.body) as RoleEdit
        const role = pathParameter(request, 'role')
        const edited = await edge.open(request, async (trx) => {
          await editRole(trx, role, wanted, version)
          return readRole(trx, role)
        })
        setVersion(response, edited.version)
        response.json(edited)
      },
    ],
    [
      'delete',
      one,
      async (request, response) => {
        const { replacement } = parseRequest(deletion, request.query)
        const version = edge.versionOf(request)
        const role = pathParameter(request, 'role')
        await edge.open(request, (trx) => deleteRole(trx, role, replacement, version))
        response.status(204).end()
      },
    ],
  ]
}

async function readRole(trx: WorkspaceTransaction, idOrKey: string): Promise<RoleView> {
  const [role] = await listRoles(trx, idOrKey)
  if (role === undefined) throw new TeamError('role-not-found')
  return role
}
