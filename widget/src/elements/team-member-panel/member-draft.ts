import type {
  AccessField,
  EditableMember,
  MemberEdit,
  NamedReference,
  ProfileField,
} from '../../contract/index.ts'

/** What somebody has changed in the panel and not saved yet. */
export interface MemberDraft {
  profile: Partial<Record<ProfileField, string>>
  /** A role's key. */
  role?: string | undefined
  departments?: readonly string[] | undefined
  channels?: readonly string[] | undefined
  supervisor?: boolean | undefined
}

/** The parts of a draft that differ from the member, as the API takes them; undefined when none does. */
export function editOf(draft: MemberDraft, member: EditableMember): MemberEdit | undefined {
  const edit: MemberEdit = {}
  const profile = Object.entries(draft.profile)
    .map(([field, value]) => [field, value.trim() === '' ? null : value.trim()] as const)
    .filter(([field, value]) => member.profile[field as ProfileField] !== value)
  if (profile.length > 0) edit.profile = Object.fromEntries(profile)
  if (draft.role !== undefined && draft.role !== member.role?.key) edit.role = draft.role
  for (const kind of ['departments', 'channels'] as const) {
    const wanted = draft[kind]
    if (wanted !== undefined && !isSame(wanted, member[kind])) edit[kind] = [...wanted]
  }
  if (draft.supervisor !== undefined && draft.supervisor !== isSupervisor(member)) {
    edit.supervisor = draft.supervisor
  }
  return Object.keys(edit).length === 0 ? undefined : edit
}

/** Whether they see everything because somebody made them supervisor, whatever their role sees. */
export function isSupervisor({ grants }: Pick<EditableMember, 'grants'>): boolean {
  return grants.some(({ kind, effective }) => kind === 'supervisor' && effective)
}

/** The fields whose value differs between two versions of a member. */
export function changedFields(
  before: EditableMember,
  after: EditableMember,
): (ProfileField | AccessField)[] {
  const profile = Object.keys(after.profile) as ProfileField[]
  return [
    ...profile.filter((field) => before.profile[field] !== after.profile[field]),
    ...(before.role?.key === after.role?.key ? [] : (['role'] as const)),
    ...(['departments', 'channels'] as const).filter(
      (kind) =>
        !isSame(
          before[kind].map(({ id }) => id),
          after[kind],
        ),
    ),
    ...(isSupervisor(before) === isSupervisor(after) ? [] : (['supervisor'] as const)),
  ]
}

function isSame(ids: readonly string[], references: readonly NamedReference[]): boolean {
  return (
    ids.length === references.length && references.every((reference) => ids.includes(reference.id))
  )
}
