import {
  type ConversationAccess,
  createId,
  type Database,
  inWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'

import { createDepartment, editDepartment } from '../departments/department-commands.ts'
import { deleteDepartment } from '../departments/department-deletion.ts'
import { listDepartments } from '../departments/department-queries.ts'
import { reprojectDirectory } from '../directory/directory-connection-commands.ts'
import {
  createDirectoryGroup,
  lockDirectoryGroup,
  lockDirectoryGroupToRemove,
  removeDirectoryGroup,
  writeDirectoryGroup,
} from '../directory/directory-group-commands.ts'
import {
  lockDirectoryUser,
  provisionDirectoryUser,
  removeDirectoryUser,
  writeDirectoryUser,
} from '../directory/directory-user-commands.ts'
import type { DirectoryUserDraft } from '../directory/directory-user.ts'
import { TeamError } from '../errors.ts'
import { acceptInvitation } from '../invitations/accept-invitation.ts'
import { cancelInvitation, inviteMembers } from '../invitations/invitation-commands.ts'
import type { PersonDraft } from '../invitations/person-plan.ts'
import { lockRules } from '../mapping/hold-rules.ts'
import { saveMappingRules } from '../mapping/mapping-rule-commands.ts'
import type { MappingRuleDraft } from '../mapping/mapping-rule-draft.ts'
import { lockMembersWithFacts } from '../mapping/member-facts-store.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { markRetired } from '../mapping/retire-value.ts'
import { type ReprojectionPlace, reprojectNext } from '../mapping/rule-change.ts'
import { loadRuleSet } from '../mapping/rule-set-store.ts'
import { nobody } from '../mapping/touched-members.ts'
import { editMember, type MemberEdit } from '../members/edit-member.ts'
import { reactivateMember, removeMember, suspendMember } from '../members/member-status-commands.ts'
import { createRole, editRole } from '../roles/role-commands.ts'
import { deleteRole } from '../roles/role-deletion.ts'
import { requireRole } from '../roles/role-store.ts'
import { editWorkspace } from '../workspaces/edit-workspace.ts'
import { type DirectoryFixture, draftGroup, draftUser } from './directory-fixture.ts'

/** One thing that happens in a workspace: by its directory, its administrators or its host. */
export type RandomStep =
  | {
      kind: 'provision'
      person: number
      active: boolean
      title: string | null
      department: string | null
    }
  | { kind: 'delete' | 'suspend' | 'reactivate' | 'remove'; person: number }
  /** `nest` is a group that is put into it. */
  | { kind: 'group'; name: string; people: number[]; nest: string | undefined }
  | { kind: 'rename' | 'rename-department'; name: string; to: string }
  | { kind: 'ungroup' | 'create-department' | 'delete-department'; name: string }
  /** As where many have it: their turn comes with the next `reproject`. */
  | { kind: 'retire-department'; name: string; to: string | null; isMerged: boolean }
  | { kind: 'create-role' }
  | { kind: 'edit-role'; role: string; conversationAccess: ConversationAccess }
  | { kind: 'delete-role'; to: string }
  | { kind: 'default-role'; role: string | null }
  | { kind: 'department-channels'; name: string; channels: string[] }
  | { kind: 'invite'; person: number; access: Omit<PersonDraft, 'email'> }
  | { kind: 'accept' | 'cancel'; person: number }
  | { kind: 'break-glass'; person: number; marked: boolean }
  | { kind: 'retire-role'; to: string }
  | { kind: 'reproject' }
  | { kind: 'rules'; rules: MappingRuleDraft[] }
  | { kind: 'grant'; person: number; edit: MemberEdit }
  | {
      kind: 'settings'
      seats: number | null
      localRoles: 'locked' | 'additive'
      roleStrategy: 'rank' | 'priority'
    }

/** A workspace in which things happen. */
export interface History {
  asHost: <T>(work: (trx: WorkspaceTransaction) => Promise<T>) => Promise<T>
  /** Answers why a step was refused; undefined for one that was not. */
  take: (step: RandomStep) => Promise<string | undefined>
}

/** Lets things happen in a workspace, each in a transaction of its own. What is refused changes nothing. */
export function createHistory(db: Database, fixture: DirectoryFixture): History {
  const users = new Map<number, string>()
  const asHost = <T>(work: (trx: WorkspaceTransaction) => Promise<T>): Promise<T> =>
    inWorkspace(db, fixture.workspace.id, { kind: 'host', id: null, requestId: createId() }, work)

  async function take(step: RandomStep): Promise<void> {
    switch (step.kind) {
      case 'provision':
        return fixture.asDirectory(async (trx) => {
          const draft = personDraft(step)
          const id = users.get(step.person)
          const current =
            id === undefined ? undefined : await lockDirectoryUser(trx, fixture.connectionId, id)
          const { user } =
            current === undefined
              ? await provisionDirectoryUser(trx, fixture.connectionId, draft)
              : await writeDirectoryUser(trx, current, draft)
          users.set(step.person, user.id)
        })
      case 'delete':
        return fixture.asDirectory(async (trx) => {
          const id = users.get(step.person) ?? createId()
          const current = await lockDirectoryUser(trx, fixture.connectionId, id)
          if (current !== undefined) await removeDirectoryUser(trx, current)
        })
      case 'group':
        return fixture.asDirectory(async (trx) => {
          const nested = step.nest === undefined ? undefined : await groupId(trx, step.nest)
          const members = [
            ...step.people.flatMap((each) => users.get(each) ?? []),
            ...(nested === undefined ? [] : [nested]),
          ]
          const id = await groupId(trx, step.name)
          if (id === undefined) {
            await createDirectoryGroup(trx, fixture.connectionId, draftGroup(step.name), members)
            return
          }
          const current = await lockDirectoryGroup(trx, fixture.connectionId, id)
          if (current === undefined) return
          await writeDirectoryGroup(trx, current, draftGroup(step.name), [
            { kind: 'replace', members },
          ])
        })
      case 'rename':
        return fixture.asDirectory(async (trx) => {
          const id = (await groupId(trx, step.name)) ?? createId()
          const current = await lockDirectoryGroup(trx, fixture.connectionId, id)
          if (current === undefined) return
          await writeDirectoryGroup(trx, current, draftGroup(step.to), [])
        })
      case 'ungroup':
        return fixture.asDirectory(async (trx) => {
          const id = (await groupId(trx, step.name)) ?? createId()
          const current = await lockDirectoryGroupToRemove(trx, fixture.connectionId, id)
          if (current !== undefined) await removeDirectoryGroup(trx, current)
        })
      case 'rules':
        await asHost((trx) => saveMappingRules(trx, fixture.connectionId, step.rules))
        return
      case 'grant':
        return asHost(async (trx) => editMember(trx, await memberId(trx, step.person), step.edit))
      case 'suspend':
        return asHost(async (trx) => suspendMember(trx, await memberId(trx, step.person)))
      case 'reactivate':
        return asHost(async (trx) => reactivateMember(trx, await memberId(trx, step.person)))
      case 'remove':
        return asHost(async (trx) => removeMember(trx, await memberId(trx, step.person)))
      case 'settings': {
        const { seats, localRoles, roleStrategy } = step
        await asHost((trx) => editWorkspace(trx, { seats, policies: { localRoles, roleStrategy } }))
        return
      }
      case 'create-department':
        await asHost((trx) => createDepartment(trx, { name: step.name }))
        return
      case 'delete-department':
        await asHost(async (trx) => deleteDepartment(trx, await departmentId(trx, step.name)))
        return
      case 'rename-department':
        await asHost(async (trx) =>
          editDepartment(trx, await departmentId(trx, step.name), { name: step.to }),
        )
        return
      case 'retire-department':
        return asHost(async (trx) => {
          await lockRules(trx)
          const { name, isMerged } = step
          const id = await departmentId(trx, name)
          const successorId = step.to === null ? null : await departmentId(trx, step.to)
          if (id === successorId) throw new TeamError('department-unknown', name)
          await markRetired(trx, { kind: 'department', id, key: null, name, successorId, isMerged })
        })
      case 'create-role':
        await asHost((trx) =>
          createRole(trx, { key: 'senior', name: 'Senior', cloneOf: 'manager' }),
        )
        return
      case 'edit-role': {
        const { role, conversationAccess } = step
        await asHost((trx) => editRole(trx, role, { conversationAccess }))
        return
      }
      case 'delete-role':
        await asHost((trx) => deleteRole(trx, 'senior', step.to))
        return
      case 'default-role':
        return asHost(async (trx) => {
          await lockRules(trx)
          const role = step.role === null ? undefined : await requireRole(trx, step.role)
          await trx.query
            .updateTable('scim_connections')
            .set({ default_role_id: role?.id ?? null })
            .where('workspace_id', '=', trx.workspaceId)
            .where('id', '=', fixture.connectionId)
            .execute()
          await reprojectDirectory(trx, fixture.connectionId)
        })
      case 'department-channels':
        await asHost(async (trx) => {
          const { channels } = await loadRuleSet(trx)
          const channelIds = [...channels.values()].flatMap(({ id, key }) =>
            step.channels.includes(key) ? [id] : [],
          )
          await editDepartment(trx, await departmentId(trx, step.name), { channelIds })
        })
        return
      case 'invite': {
        const draft = { email: email(step.person), ...step.access }
        const [invited] = await asHost((trx) => inviteMembers(trx, [draft]))
        if (invited?.outcome === 'refused') throw new TeamError(invited.code)
        return
      }
      case 'accept':
        await asHost(async (trx) => {
          const { id, generation } = await openInvitation(trx, step.person)
          await acceptInvitation(trx, { id, generation })
        })
        return
      case 'cancel':
        return asHost(async (trx) => cancelInvitation(trx, await memberId(trx, step.person)))
      case 'break-glass':
        return asHost(async (trx) => {
          const id = await memberId(trx, step.person)
          await lockMembersWithFacts(trx, [id])
          await trx.query
            .updateTable('members')
            .set({ break_glass: step.marked })
            .where('workspace_id', '=', trx.workspaceId)
            .where('id', '=', id)
            .execute()
          await reprojectMembers(trx, [id])
        })
      case 'retire-role':
        return asHost(async (trx) => {
          await lockRules(trx)
          const { id, key, name } = await requireRole(trx, 'senior')
          const { id: successorId } = await requireRole(trx, step.to)
          await markRetired(trx, { kind: 'role', id, key, name, successorId, isMerged: true })
        })
      case 'reproject':
        return reprojectAll()
      default:
        step satisfies never
    }
  }

  async function reprojectAll(): Promise<void> {
    const input = { touched: { ...nobody, all: true } }
    for (let next: ReprojectionPlace | null | undefined = null; next !== undefined;) {
      const place: ReprojectionPlace | null = next
      next = (await asHost((trx) => reprojectNext(trx, input, place))).next
    }
  }

  return {
    asHost,
    async take(step: RandomStep): Promise<string | undefined> {
      try {
        await take(step)
        return undefined
      } catch (error) {
        if (!(error instanceof TeamError)) throw error
        return error.code
      }
    },
  }
}

async function groupId(trx: WorkspaceTransaction, name: string): Promise<string | undefined> {
  const row = await trx.query
    .selectFrom('directory_groups')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('display_name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row?.id
}

async function departmentId(trx: WorkspaceTransaction, name: string): Promise<string> {
  const found = (await listDepartments(trx)).find((department) => department.name === name)
  if (found === undefined) throw new TeamError('department-not-found')
  return found.id
}

async function memberId(trx: WorkspaceTransaction, person: number): Promise<string> {
  const row = await trx.query
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('email', '=', email(person))
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('member-not-found')
  return row.id
}

async function openInvitation(
  trx: WorkspaceTransaction,
  person: number,
): Promise<{ id: string; generation: number }> {
  const row = await trx.query
    .selectFrom('invitations')
    .select(['id', 'generation'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', await memberId(trx, person))
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('invitation-not-found')
  return row
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** How a person of the histories is known. */
export function email(person: number): string {
  return `person-${person}@acme.example`
}

function personDraft(step: Extract<RandomStep, { kind: 'provision' }>): DirectoryUserDraft {
  const { person, active, title, department } = step
  const userName = email(person)
  return draftUser(userName, {
    active,
    title,
    department,
    resource: {
      userName,
      emails: [{ value: userName, type: 'work' }],
      ...(title === null ? {} : { title }),
      ...(department === null ? {} : { [enterprise]: { department } }),
    },
  })
}
