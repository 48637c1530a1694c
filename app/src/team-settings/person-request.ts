import type { PersonDraft } from '@plantel/team'
import { z } from 'zod'

const text = z.string().trim().min(1).max(200)
const reference = z.string().min(1).max(200)
const references = z.array(reference).max(500)

/** What somebody is given from the start. */
const access = {
  role: reference.exactOptional().meta({
    description: 'Id or key. Must be there where the workspace asks for it.',
  }),
  departments: references.exactOptional().meta({ description: 'Ids or names.' }),
  channels: references.exactOptional().meta({ description: 'Ids or keys.' }),
  supervisor: z.boolean().exactOptional().meta({ description: 'Sees the conversations of all.' }),
}

const language = z
  .string()
  .regex(/^[a-zA-Z]{2,8}(?:-[a-zA-Z\d]{1,8}){0,8}$/, 'must be a BCP 47 language tag')
  .max(35)
  .exactOptional()
  .meta({ description: "Of the mail and of the person's screens; by default the workspace's." })

/** Whatever an address looks like: which ones are none is said for each person. */
const email = z.string().trim().min(1).max(320)

const person = z.strictObject({
  email,
  displayName: text.exactOptional(),
  givenName: text.exactOptional(),
  familyName: text.exactOptional(),
  phone: text.exactOptional(),
  jobTitle: text.exactOptional(),
  language,
  hostUserId: text.exactOptional().meta({ description: "The host's own id; for hosts only." }),
  ...access,
})

/** Somebody who is to join. */
export const personRequest: z.ZodType<PersonDraft> = person

/** The same with a password that somebody else chose for them. */
export const personWithPasswordRequest: z.ZodType<PersonDraft & { password?: string }> =
  person.extend({ password: z.string().min(1).max(1_000).exactOptional() })

/** What everybody of a list is given who is not given their own. */
export const everyoneRequest: z.ZodType<Partial<PersonDraft>> = z.strictObject({
  ...access,
  language,
})
