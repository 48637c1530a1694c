import { describe, expect, it } from 'vitest'

import { findPreset, presetNames } from '../workspaces/presets.ts'
import { fieldControls } from './member-fields.ts'
import {
  type GuardedMember,
  type MemberAction,
  memberActions,
  refusalOf,
  refusalOfRole,
  refusalOfSupervisor,
  type TeamActor,
} from './member-guard.ts'

const actions: readonly MemberAction[] = [
  'edit-profile',
  'change-role',
  'change-departments',
  'change-channels',
  'change-supervisor',
  'suspend',
  'reactivate',
  'remove',
  'sign-out',
]

const ranks: Readonly<Record<string, number>> = { owner: 300, administrator: 200, agent: 100 }

function acting(roleKey: 'owner' | 'administrator' | 'agent', memberId = 'actor'): TeamActor {
  const role = findPreset('wati')?.roles.find(({ key }) => key === roleKey)
  return {
    kind: 'member',
    memberId,
    rank: ranks[roleKey] ?? 0,
    permissions: new Set(role?.permissions),
    grantableRoleKeys: new Set(role?.grantable),
  }
}

function target(change: Partial<GuardedMember> = {}): GuardedMember {
  return {
    id: 'target',
    state: 'active',
    holds: [],
    role: { key: 'agent', rank: 100 },
    isDirectoryManaged: false,
    isRoleLocked: false,
    isLastActiveOwner: false,
    profiles: 'admins',
    takesPassword: false,
    ...change,
  }
}

const host: TeamActor = { kind: 'host' }
const owner = { role: { key: 'owner', rank: 300 } }
const administrator = { role: { key: 'administrator', rank: 200 } }
const fromDirectory = { isDirectoryManaged: true, isRoleLocked: true }

describe('who may do what with a member', () => {
  it.each<[string, TeamActor, Partial<GuardedMember>, MemberAction[]]>([
    [
      'an administrator may do everything with an agent',
      acting('administrator'),
      {},
      actions.filter((action) => action !== 'reactivate'),
    ],
    [
      'administrators may do the same with each other',
      acting('administrator'),
      administrator,
      actions.filter((action) => action !== 'reactivate'),
    ],
    ['an administrator may do nothing with an owner', acting('administrator'), owner, []],
    ['an agent may do nothing with anybody', acting('agent'), {}, []],
    ['an agent may do nothing with somebody without a role', acting('agent'), { role: null }, []],
    [
      'people may edit their own profile and sign out everywhere, and nothing else',
      acting('administrator', 'target'),
      administrator,
      ['edit-profile', 'sign-out'],
    ],
    [
      'the only owner may do no more with themselves',
      acting('owner', 'target'),
      { ...owner, isLastActiveOwner: true },
      ['edit-profile', 'sign-out'],
    ],
    [
      'even a host leaves the last owner their role and their access',
      host,
      { ...owner, isLastActiveOwner: true },
      ['edit-profile', 'change-departments', 'change-channels', 'change-supervisor', 'sign-out'],
    ],
    [
      'somebody whom an administrator suspended can be reactivated and has no session to end',
      acting('administrator'),
      { state: 'suspended', holds: ['admin'] },
      actions.filter((action) => action !== 'suspend' && action !== 'sign-out'),
    ],
    [
      'somebody whom the directory suspended can be suspended by people too, but not reactivated',
      acting('administrator'),
      { ...fromDirectory, state: 'suspended', holds: ['directory'] },
      ['edit-profile', 'change-departments', 'change-channels', 'change-supervisor', 'suspend'],
    ],
    [
      'the directory decides about the role of its people, and that they leave',
      acting('administrator'),
      fromDirectory,
      [
        'edit-profile',
        'change-departments',
        'change-channels',
        'change-supervisor',
        'suspend',
        'sign-out',
      ],
    ],
    [
      'an owner may make an owner of somebody from the directory',
      acting('owner'),
      fromDirectory,
      [
        'edit-profile',
        'change-role',
        'change-departments',
        'change-channels',
        'change-supervisor',
        'suspend',
        'sign-out',
      ],
    ],
    [
      'a policy may let people decide about the role of directory people',
      acting('administrator'),
      { isDirectoryManaged: true },
      [
        'edit-profile',
        'change-role',
        'change-departments',
        'change-channels',
        'change-supervisor',
        'suspend',
        'sign-out',
      ],
    ],
    [
      'administrators set passwords where the policy says so',
      acting('owner'),
      { ...fromDirectory, takesPassword: true },
      [
        'edit-profile',
        'change-role',
        'change-departments',
        'change-channels',
        'change-supervisor',
        'suspend',
        'set-password',
        'sign-out',
      ],
    ],
    [
      'where profiles belong to their people administrators leave them alone',
      acting('administrator'),
      { profiles: 'person' },
      actions.filter((action) => action !== 'reactivate' && action !== 'edit-profile'),
    ],
    ['nobody does anything with somebody who was removed', host, { state: 'removed' }, []],
  ])('%s', (_, actor, change, expected) => {
    expect(memberActions(actor, target(change))).toEqual(expected)
  })

  it.each<[string, TeamActor, MemberAction, Partial<GuardedMember>, string]>([
    ['the permission is missing', acting('agent'), 'suspend', {}, 'permission-missing'],
    ['it is about oneself', acting('owner', 'target'), 'suspend', owner, 'own-access'],
    ['it is about oneself', acting('owner', 'target'), 'change-role', owner, 'own-access'],
    ['it is about oneself', acting('owner', 'target'), 'remove', owner, 'own-access'],
    ['the member ranks above', acting('administrator'), 'remove', owner, 'outranked'],
    ['the member ranks above', acting('administrator'), 'edit-profile', owner, 'outranked'],
    ['people come in by single sign-on', host, 'set-password', {}, 'password-not-allowed'],
    [
      'passwords are a permission of their own',
      acting('agent'),
      'set-password',
      { takesPassword: true },
      'permission-missing',
    ],
    [
      'nobody lets themselves in as somebody above them',
      acting('administrator'),
      'set-password',
      { ...owner, takesPassword: true },
      'outranked',
    ],
    ['no owner would be left', host, 'suspend', { isLastActiveOwner: true }, 'last-owner'],
    ['no owner would be left', host, 'remove', { isLastActiveOwner: true }, 'last-owner'],
    ['no owner would be left', host, 'change-role', { isLastActiveOwner: true }, 'last-owner'],
    ['the directory manages them', host, 'remove', fromDirectory, 'managed-by-directory'],
    [
      'the hold is the directory’s',
      host,
      'reactivate',
      { holds: ['directory'] },
      'managed-by-directory',
    ],
    ['they are gone', host, 'suspend', { state: 'removed' }, 'member-not-found'],
  ])('is told why not: %s (%#)', (_, actor, action, change, reason) => {
    expect(refusalOf(actor, action, target(change))).toBe(reason)
  })
})

describe('what may be given', () => {
  it.each(presetNames)('in %s: exactly the roles that one’s own role names', (name) => {
    for (const role of findPreset(name)?.roles ?? []) {
      const actor: TeamActor = {
        kind: 'member',
        memberId: 'actor',
        rank: 1,
        permissions: new Set(role.permissions),
        grantableRoleKeys: new Set(role.grantable),
      }
      for (const { key } of findPreset(name)?.roles ?? []) {
        const expected = role.grantable.includes(key) ? undefined : 'role-not-grantable'
        expect(refusalOfRole(actor, key)).toBe(expected)
      }
      expect(refusalOfSupervisor(actor)).toBe(
        role.permissions.includes('conversations:all') ? undefined : 'permission-missing',
      )
    }
  })

  it('everything by the host', () => {
    expect(refusalOfRole(host, 'owner')).toBeUndefined()
    expect(refusalOfSupervisor(host)).toBeUndefined()
  })
})

describe('the fields of a member', () => {
  it('say that the directory manages the profile, all but the name that customers see', () => {
    const controls = fieldControls(acting('administrator'), target(fromDirectory))
    expect(controls.displayName).toEqual({
      editable: false,
      managedBy: 'directory',
      reason: 'managed-by-directory',
    })
    expect(controls.signatureName).toEqual({ editable: true, managedBy: null, reason: null })
    expect(controls.role.managedBy).toBe('directory')
    expect(controls.departments.editable).toBe(true)
  })

  it('say that a profile belongs to its person, and the access level does not', () => {
    const controls = fieldControls(acting('administrator'), target({ profiles: 'person' }))
    expect(controls.displayName).toEqual({
      editable: false,
      managedBy: 'person',
      reason: 'profile-belongs-to-person',
    })
    expect(controls.role.editable).toBe(true)
    const own = fieldControls(acting('agent', 'target'), target({ profiles: 'person' }))
    expect(own.displayName.editable).toBe(true)
    expect(own.role).toEqual({ editable: false, managedBy: null, reason: 'own-access' })
  })
})
