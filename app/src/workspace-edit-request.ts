import type { InviteField, Retention, WorkspacePolicies } from '@plantel/db'
import { locales, retentionBounds, type WorkspaceEdit } from '@plantel/team'
import { z } from 'zod'

import { isTimeZone } from './time-zone.ts'

const inviteFields = {
  givenName: true,
  familyName: true,
  displayName: true,
  email: true,
  jobTitle: true,
  role: true,
  password: true,
  departments: true,
  channels: true,
  supervisor: true,
  phone: true,
  language: true,
  message: true,
} satisfies Record<InviteField, true>

/** What the form that adds somebody may ask for. */
export const inviteField: z.ZodType<InviteField> = z.enum(
  Object.keys(inviteFields) as InviteField[],
)

function days(kind: keyof Retention): z.ZodType<number> {
  const { least, most } = retentionBounds[kind]
  return z.int().min(least).max(most)
}

const retention = {
  tombstoneDays: days('tombstoneDays'),
  scimRequestDays: days('scimRequestDays'),
  auditDays: days('auditDays'),
  eventDays: days('eventDays'),
  capturedMailDays: days('capturedMailDays'),
  webhookDeliveryDays: days('webhookDeliveryDays'),
} satisfies Record<keyof Retention, z.ZodType>

const policies = {
  localRoles: z.enum(['locked', 'additive']),
  roleStrategy: z.enum(['rank', 'priority']),
  adoption: z.enum(['review', 'auto']),
  welcomeMail: z.boolean(),
  hideOthersChats: z.boolean(),
  channelAccess: z.enum(['all', 'granted']),
  profiles: z.enum(['person', 'admins']),
  passwords: z.enum(['person', 'admins']),
  inviteFields: z
    .array(inviteField)
    .min(1)
    .refine((fields) => new Set(fields).size === fields.length, 'must name each field once'),
  invitationDays: z.int().min(1).max(30),
  ssoRequired: z.boolean(),
  retention: z.strictObject(retention).partial(),
} satisfies Record<keyof WorkspacePolicies, z.ZodType>

const label = z.string().trim().min(1).max(80).exactOptional()

const labels = z
  .strictObject({ title: label, addMember: label, submit: label, role: label, accept: label })
  .exactOptional()

/** How a workspace looks to its people. */
export const workspaceBrand: z.ZodType<NonNullable<WorkspaceEdit['brand']>> = z.strictObject({
  name: z.string().trim().min(1).max(200).exactOptional(),
  logoUrl: z
    .url({ protocol: /^https$/ })
    .max(2_048)
    .exactOptional(),
  accent: z
    .string()
    .regex(/^#[\da-f]{6}$/i, 'must be a colour such as #0a7f5a')
    .exactOptional(),
  termsUrl: z
    .url({ protocol: /^https$/ })
    .max(2_048)
    .meta({ description: 'What people accept when they join by an invitation.' })
    .exactOptional(),
  labels: z
    .strictObject({ en: labels, es: labels, 'pt-BR': labels })
    .meta({ description: 'The words of the team screen that are not the preset’s.' })
    .exactOptional(),
})

/** What a workspace may decide; what is absent stays. */
export const workspacePoliciesEdit: z.ZodType<NonNullable<WorkspaceEdit['policies']>> = z
  .strictObject(policies)
  .partial()

const settings = {
  name: z.string().trim().min(1).max(200),
  locale: z.enum(locales),
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone, such as America/Mexico_City')
    .meta({ example: 'America/Mexico_City' }),
  seats: z.int().min(1).max(1_000_000).nullable(),
  brand: workspaceBrand.nullable(),
  policies: workspacePoliciesEdit,
} satisfies Record<keyof WorkspaceEdit, z.ZodType>

/** The same, one by one, for whoever asks for more beside them. */
export const workspaceSettingsEdit: {
  [Name in keyof WorkspaceEdit]-?: z.ZodOptional<z.ZodType<WorkspaceEdit[Name]>>
} = {
  name: settings.name.optional(),
  locale: settings.locale.optional(),
  timeZone: settings.timeZone.optional(),
  seats: settings.seats.optional(),
  brand: settings.brand.optional(),
  policies: settings.policies.optional(),
}

/** `PATCH` of a workspace and `plantel workspace update`: what is absent stays, and something must be there. */
export const workspaceEditRequest: z.ZodType<WorkspaceEdit> = z
  .strictObject(settings)
  .partial()
  .refine((edit) => Object.keys(edit).length > 0, 'must change something')

/** A workspace's settings as they are answered. */
export const workspaceSettings: z.ZodObject<{
  id: z.ZodUUID
  slug: z.ZodString
  name: z.ZodString
  preset: z.ZodString
  locale: z.ZodString
  timeZone: z.ZodString
  seats: z.ZodNullable<z.ZodNumber>
  brand: z.ZodNullable<typeof workspaceBrand>
  policies: z.ZodType<WorkspacePolicies>
  createdAt: z.ZodDate
  withoutOwner: z.ZodBoolean
  deletedAt: z.ZodNullable<z.ZodDate>
}> = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    preset: z.string(),
    locale: z.string(),
    timeZone: z.string(),
    seats: z.number().nullable(),
    brand: workspaceBrand.nullable(),
    policies: z.strictObject({ ...policies, retention: z.strictObject(retention) }),
    createdAt: z.date(),
    withoutOwner: z.boolean().meta({
      description: 'The directory ended the last owner: name one with `PUT …/owner`.',
    }),
    deletedAt: z.date().nullable(),
  })
  .meta({ id: 'WorkspaceSettings' })
