import { isId, type WorkspaceTransaction } from '@plantel/db'
import {
  createDepartment,
  deleteDepartment,
  type DepartmentEdit,
  type DepartmentView,
  editDepartment,
  listDepartments,
  TeamError,
} from '@plantel/team'
import type { DepartmentList } from '@plantel/widget/contract'
import type { Request } from 'express'
import { z } from 'zod'

import { setVersion } from '../if-match.ts'
import { emptyQuery, parseRequest, pathParameter } from '../parse-request.ts'
import type { Route } from '../route-table.ts'
import type { TeamEdge } from './team-edge.ts'

const name = z.string().trim().min(1).max(200)
const change = { leadMemberId: z.uuid().nullable().optional(), isDefault: z.boolean().optional() }
const draft = z.strictObject({ name, ...change })
const edit = z
  .strictObject({ name: name.optional(), ...change })
  .refine((value) => Object.keys(value).length > 0, 'must change something')
const deletion = z.strictObject({ moveTo: z.uuid().optional() })

/** `/departments`: read, create, edit, and delete, which with `?moveTo=` merges two. */
export function departmentTable(edge: TeamEdge, prefix = ''): Route[] {
  const one = `${prefix}/departments/:department`
  return [
    [
      'get',
      `${prefix}/departments`,
      async (request, response) => {
        parseRequest(emptyQuery, request.query)
        const departments = await edge.open(request, (trx) => listDepartments(trx))
        response.json({ departments } satisfies DepartmentList)
      },
    ],
    [
      'post',
      `${prefix}/departments`,
      async (request, response) => {
        parseRequest(emptyQuery, request.query)
        const wanted = parseRequest(draft, request.body) as DepartmentEdit & { name: string }
        const created = await edge.open(request, async (trx) => {
          const { id } = await createDepartment(trx, wanted)
          return readDepartment(trx, id)
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
        const wanted = parseRequest(edit, request.body) as DepartmentEdit
        const id = departmentOf(request)
        const edited = await edge.open(request, async (trx) => {
          await editDepartment(trx, id, wanted, version)
          return readDepartment(trx, id)
        })
        setVersion(response, edited.version)
        response.json(edited)
      },
    ],
    [
      'delete',
      one,
      async (request, response) => {
        const { moveTo } = parseRequest(deletion, request.query)
        const expectedVersion = edge.versionOf(request)
        const id = departmentOf(request)
        await edge.open(request, (trx) => deleteDepartment(trx, id, { moveTo, expectedVersion }))
        response.status(204).end()
      },
    ],
  ]
}

async function readDepartment(trx: WorkspaceTransaction, id: string): Promise<DepartmentView> {
  const [department] = await listDepartments(trx, id)
  if (department === undefined) throw new TeamError('department-not-found')
  return department
}

function departmentOf(request: Request): string {
  const id = pathParameter(request, 'department')
  if (!isId(id)) throw new TeamError('department-not-found')
  return id
}
