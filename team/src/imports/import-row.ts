import type { TeamErrorCode } from '../errors.ts'
import type { PersonDraft } from '../invitations/person-plan.ts'
import type { AccessWish } from '../members/decide-local-grants.ts'
import type { ProfileField } from '../members/member-fields.ts'

/** What a table of people may say of each. */
export type ImportColumn =
  | 'name'
  | 'email'
  | 'phone'
  | 'role'
  | 'departments'
  | 'channels'
  | 'supervisor'
  | 'jobTitle'
  | 'language'

export const importColumns: readonly ImportColumn[] = [
  'name',
  'email',
  'phone',
  'role',
  'departments',
  'channels',
  'supervisor',
  'jobTitle',
  'language',
]

/** What a row has in the columns of its table; an empty cell is left out and changes nothing. */
export type ImportCells = Partial<Record<ImportColumn, string>>

/** A row as it came; `number` in the file as a spreadsheet counts, the header is 1. */
export type ImportRow =
  | { number: number; cells: ImportCells }
  | { number: number; problem: 'row-malformed' }

/** What importing a row would do. */
export type RowPlan =
  | { outcome: 'created'; draft: PersonDraft }
  | {
      outcome: 'changed'
      memberId: string
      profile: Partial<Record<ImportedProfileField, string>>
      wish: AccessWish
    }
  | { outcome: 'unchanged'; memberId: string }
  | RowRefusal

export interface RowRefusal {
  outcome: 'refused'
  memberId: string | null
  code: TeamErrorCode
  /** Where in the row; null for the row as a whole. */
  column: ImportColumn | null
  /** Which role, department or channel; never a person's value. */
  subject: string | null
}

export type ImportedProfileField = Extract<
  ProfileField,
  'displayName' | 'phone' | 'jobTitle' | 'language'
>
