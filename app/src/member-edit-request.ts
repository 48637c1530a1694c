import type { MemberEdit } from '@plantel/team'
import { z } from 'zod'

import { isTimeZone } from './time-zone.ts'

const text = z.string().trim().min(1).max(200)
/** How a host calls somebody. */
export const hostUserId: z.ZodString = z.string().min(1).max(200)

const reference = z.string().min(1).max(200)
const references = z.array(reference).max(500)

const profile = z
  .strictObject({
    givenName: text.nullable(),
    familyName: text.nullable(),
    displayName: text,
    signatureName: text.nullable(),
    phone: text.nullable(),
    jobTitle: text.nullable(),
    language: z
      .string()
      .regex(/^[a-zA-Z]{2,8}(?:-[a-zA-Z\d]{1,8}){0,8}$/, 'must be a BCP 47 language tag')
      .nullable(),
    timeZone: z
      .string()
      .refine(isTimeZone, 'must be an IANA time zone, such as America/Mexico_City')
      .nullable(),
    avatarUrl: z
      .url({ protocol: /^https$/ })
      .max(2_048)
      .nullable(),
  })
  .partial()

const edit = z
  .strictObject({
    profile,
    role: reference,
    departments: references,
    channels: references,
    supervisor: z.boolean(),
  })
  .partial()

const email = z.string().trim().min(1).max(254)

/** `PATCH` of a member in the Team API: what is absent stays, and something must be there. */
export const memberEditRequest: z.ZodType<MemberEdit> = changing(
  edit.extend({
    email: email.exactOptional().meta({
      description:
        'Of somebody who is invited: they get a new invitation there, and the former link is dead. Others change theirs by `PUT /me/email-change`.',
    }),
  }),
)

/** The same in the Host API, with what only a host says. */
export const hostMemberEditRequest: z.ZodType<MemberEdit> = changing(
  edit.extend({
    email: email.exactOptional().meta({
      description:
        'What they sign in with. Somebody who is invited gets a new invitation there; both addresses of anybody else are told, and they sign in anew. Not of people whom a directory manages.',
    }),
    hostUserId: hostUserId
      .nullable()
      .meta({ description: 'How you call them, unique in the workspace; null is no more.' })
      .exactOptional(),
  }),
)

function changing(shape: z.ZodObject): z.ZodType<MemberEdit> {
  return shape.refine((value) => Object.keys(value).length > 0, 'must change something')
}
