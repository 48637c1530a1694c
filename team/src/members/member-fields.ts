import {
  type GuardedMember,
  type MemberAction,
  type MemberRefusal,
  refusalOf,
  type TeamActor,
} from './member-guard.ts'

/** What of a person can be edited where the source of truth lets people. */
export type ProfileField =
  | 'givenName'
  | 'familyName'
  | 'displayName'
  | 'signatureName'
  | 'phone'
  | 'jobTitle'
  | 'language'
  | 'timeZone'
  | 'avatarUrl'

export type AccessField = 'role' | 'departments' | 'channels' | 'supervisor'

/** Whether the one who looks may edit a field, and if not, who decides about it and why. */
export interface FieldControl {
  editable: boolean
  managedBy: 'directory' | 'person' | null
  reason: MemberRefusal | null
}

export const profileFields: readonly ProfileField[] = [
  'givenName',
  'familyName',
  'displayName',
  'signatureName',
  'phone',
  'jobTitle',
  'language',
  'timeZone',
  'avatarUrl',
]

const accessActions: Readonly<Record<AccessField, MemberAction>> = {
  role: 'change-role',
  departments: 'change-departments',
  channels: 'change-channels',
  supervisor: 'change-supervisor',
}

/** Every field of a member with its control, as this actor may use it. */
export function fieldControls(
  actor: TeamActor,
  member: GuardedMember,
): Record<ProfileField | AccessField, FieldControl> {
  const profile = profileFields.map(
    (field) => [field, controlOf(profileRefusal(actor, member, field))] as const,
  )
  const access = Object.entries(accessActions).map(
    ([field, action]) => [field, controlOf(refusalOf(actor, action, member))] as const,
  )
  return Object.fromEntries([...profile, ...access]) as Record<
    ProfileField | AccessField,
    FieldControl
  >
}

/** Why this actor may not write this field of the profile; undefined when they may. */
export function profileRefusal(
  actor: TeamActor,
  member: GuardedMember,
  field: ProfileField,
): MemberRefusal | undefined {
  const refusal = refusalOf(actor, 'edit-profile', member)
  if (refusal !== undefined) return refusal
  // No directory knows the name that customers see.
  return member.isDirectoryManaged && field !== 'signatureName' ? 'managed-by-directory' : undefined
}

function controlOf(refusal: MemberRefusal | undefined): FieldControl {
  return {
    editable: refusal === undefined,
    managedBy:
      refusal === 'managed-by-directory'
        ? 'directory'
        : refusal === 'profile-belongs-to-person'
          ? 'person'
          : null,
    reason: refusal ?? null,
  }
}
