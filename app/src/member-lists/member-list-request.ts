import {
  type MemberFilter,
  type MemberListQuery,
  type MemberSort,
  memberSorts,
} from '@plantel/team'
import type { MemberFilter as MemberFilterRequest } from '@plantel/widget/contract'
import { z } from 'zod'

import { pageSize } from '../operations/page-size.ts'

/** The parameters of a list of members. */
export interface MemberListRequest extends MemberFilterRequest {
  sort?: MemberSort
  cursor?: string
  offset?: number
  limit: number
}

/** All values are texts, so that an address can have them. */
const filter = {
  search: z.string().trim().max(200).exactOptional().meta({
    description:
      'Part of a name, email, user name, phone number or role; one or two letters begin a word.',
  }),
  state: z.enum(['invited', 'active', 'suspended']).exactOptional(),
  role: z
    .union([z.uuid(), z.literal('none')])
    .exactOptional()
    .meta({ description: "A role's id, or `none` for those without access." }),
  department: z.uuid().exactOptional(),
  channel: z.uuid().exactOptional(),
  source: z.enum(['directory', 'invitation', 'manual']).exactOptional().meta({
    description: 'How they came.',
  }),
  conversationAccess: z.enum(['own', 'departments', 'all']).exactOptional(),
  activeSince: z.iso.datetime({ offset: true }).exactOptional(),
  notActiveSince: z.iso.datetime({ offset: true }).exactOptional().meta({
    description: 'Whoever was never active is among them.',
  }),
}

/** Whom a selection holds, as both APIs are asked. */
export const memberFilterRequest: z.ZodType<MemberFilterRequest> = z.strictObject(filter)

const offset = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a number from 0')
  .transform(Number)
  .exactOptional()
  .meta({
    description:
      'Instead of a cursor, to jump: how many members come before the page. Beyond the end it is the last page.',
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern
      Object.assign(jsonSchema, { type: 'integer', minimum: 0, maximum: 999_999_999 })
    },
  })

/** The parameters of `GET /members`. */
export const memberListRequest: z.ZodType<MemberListRequest> = z
  .strictObject({
    ...filter,
    sort: z.enum(memberSorts).exactOptional().meta({
      description:
        'A minus turns an order round. Roles begin with the highest, states with the active, activity with who was never there.',
    }),
    cursor: z.string().min(1).max(1_000).exactOptional().meta({
      description: '`nextCursor` or `previousCursor` of another page of the same list.',
    }),
    offset,
    limit: pageSize(50, 100),
  })
  .refine(
    (query) => query.cursor === undefined || query.offset === undefined,
    'must have either a cursor or an offset',
  )

/** Where a page of members begins. */
export const pageOffset: z.ZodType<number | null> = z.int().nullable().meta({
  description: 'How many members come before the page; null where a cursor was given.',
})

/** A filter with what else a request may say. */
export function filterRequestWith<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodType<MemberFilterRequest & z.output<z.ZodObject<Shape>>> {
  return z.strictObject({ ...filter, ...shape }) as unknown as z.ZodType<
    MemberFilterRequest & z.output<z.ZodObject<Shape>>
  >
}

/** A filter in the words of the domain. */
export function memberFilterOf(request: MemberFilterRequest): MemberFilter {
  const { role, department, channel, activeSince, notActiveSince, ...rest } = request
  return {
    ...rest,
    roleId: role,
    departmentId: department,
    channelId: channel,
    activeSince: activeSince === undefined ? undefined : new Date(activeSince),
    notActiveSince: notActiveSince === undefined ? undefined : new Date(notActiveSince),
  }
}

/** The same for a list. */
export function memberListQueryOf(request: MemberListRequest): MemberListQuery {
  const { sort, cursor, offset, limit, ...filter } = request
  return { ...memberFilterOf(filter), sort, cursor, offset, limit }
}
