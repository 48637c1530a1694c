import {
  type EditableMember,
  type FieldControl,
  type MemberGrant,
  type MemberPage,
  type MemberRow,
  type NamedReference,
  type RoleReference,
} from '@plantel/widget/contract'
import { z } from 'zod'

import { pageOffset } from '../member-lists/member-list-request.ts'

/** A thing with a name that is shown. */
export const namedReference: z.ZodType<NamedReference> = z
  .object({ id: z.uuid(), name: z.string() })
  .meta({ id: 'NamedReference' })

/** A role as a list shows it. */
export const roleReference: z.ZodType<RoleReference> = z
  .object({
    id: z.uuid(),
    key: z.string().meta({ description: 'The same in every language.' }),
    name: z.string(),
    builtIn: z.boolean().meta({
      description: "A role of the product that was not renamed: shown in the reader's language.",
    }),
  })
  .meta({ id: 'RoleReference' })

const row = z.object({
  id: z.uuid(),
  displayName: z.string(),
  email: z.string().nullable(),
  userName: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  state: z.enum(['invited', 'active', 'suspended']),
  role: roleReference.nullable(),
  noRoleReason: z.enum(['no_grant', 'no_seat']).nullable(),
  departments: z.array(namedReference),
  channels: z.array(namedReference),
  conversationAccess: z.enum(['own', 'departments', 'all']),
  managedBy: z.object({ kind: z.literal('directory'), name: z.string() }).nullable(),
  presence: z.enum(['online', 'away', 'offline']).nullable(),
  lastActiveAt: z.iso.datetime().nullable(),
  isYou: z.boolean(),
  isOwner: z.boolean(),
  can: z.object({
    actions: z
      .array(
        z.enum([
          'view',
          'edit-profile',
          'change-role',
          'change-departments',
          'change-channels',
          'change-supervisor',
          'suspend',
          'reactivate',
          'remove',
          'set-password',
          'sign-out',
        ]),
      )
      .meta({ description: 'What the viewer may do with this member.' }),
  }),
})

const memberRow: z.ZodType<MemberRow> = row.meta({ id: 'Member' })

/** One page of the list. */
export const memberPage: z.ZodType<MemberPage> = z
  .object({
    members: z.array(memberRow),
    total: z.int().meta({ description: 'How many match, over all pages.' }),
    offset: pageOffset,
    nextCursor: z.string().nullable().meta({ description: 'Opaque; null on the last page.' }),
    previousCursor: z.string().nullable().meta({ description: 'Opaque; null on the first page.' }),
    position: z.string().meta({
      description: "As the event stream's `cursor`, no change after this page is missed.",
    }),
  })
  .meta({ id: 'MemberPage' })

const memberGrant: z.ZodType<MemberGrant> = z
  .object({
    kind: z.enum(['role', 'department', 'channel', 'supervisor']),
    value: z.union([roleReference, namedReference]).nullable(),
    source: z.union([
      z.object({
        kind: z.literal('mapping_rule'),
        ruleId: z.uuid(),
        groupName: z.string().nullable(),
      }),
      z.object({ kind: z.enum(['local', 'invitation', 'connection_default', 'department']) }),
    ]),
    effective: z.boolean().meta({
      description: 'False when another grant or a policy outweighs it.',
    }),
    since: z.iso.datetime(),
  })
  .meta({ id: 'MemberGrant', description: 'Why a member has something.' })

const fieldControl: z.ZodType<FieldControl> = z
  .object({
    editable: z.boolean(),
    managedBy: z.enum(['directory', 'person']).nullable(),
    reason: z
      .enum([
        'last-owner',
        'managed-by-directory',
        'member-not-found',
        'outranked',
        'own-access',
        'permission-missing',
        'profile-belongs-to-person',
        'role-not-grantable',
      ])
      .nullable()
      .meta({ description: 'The `reason` of the problem that an edit would be answered with.' }),
  })
  .meta({ id: 'FieldControl' })

const profileFields = z.enum([
  'givenName',
  'familyName',
  'displayName',
  'signatureName',
  'phone',
  'jobTitle',
  'language',
  'timeZone',
  'avatarUrl',
])
const accessFields = z.enum(['role', 'departments', 'channels', 'supervisor'])

/** One member with the reasons for everything they have, and what may be edited. */
export const editableMember: z.ZodType<EditableMember> = row
  .extend({
    grants: z.array(memberGrant),
    profile: z.record(profileFields, z.string().nullable()),
    fields: z.record(z.enum([...profileFields.options, ...accessFields.options]), fieldControl),
    version: z.string(),
  })
  .meta({ id: 'EditableMember' })
