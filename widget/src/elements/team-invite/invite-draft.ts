import type { InviteField } from '../../contract/index.ts'
import type { Desk } from '../../screens/desk.ts'
import { refusalSentence } from '../parts/fields.ts'
import type { CheckedAddress } from '../team-addresses/team-addresses.ts'
import { type InviteDraft, isPersonal } from './invite-fields.ts'
import type { InvitationAnswer, Invitee } from './invitees.ts'

/** How people come in: by a mail that asks them, or with a password that somebody sets for them. */
export type Way = 'invite' | 'create'

/** The fields of the inbox's own form; names and passwords are for one person, what is left is for many as well. */
export function fieldsFor(
  wanted: readonly InviteField[],
  way: Way,
  isMany: boolean,
): readonly InviteField[] {
  const base: readonly InviteField[] = wanted.includes('email') ? wanted : ['email', ...wanted]
  const fields = base.filter(
    (field) => !(isMany && isPersonal(field)) && (field !== 'password' || way === 'create'),
  )
  if (way === 'invite') return [...fields.filter((field) => field !== 'message'), 'message']
  return fields.includes('password') ? fields : [...fields, 'password']
}

/** What has to be there and isn't. */
export function missingIn(
  { role, password = '' }: InviteDraft,
  addresses: readonly CheckedAddress[],
  fields: readonly InviteField[],
  way: Way,
): ReadonlySet<InviteField> {
  const missing = new Set<InviteField>()
  if (addresses.length === 0) missing.add('email')
  if (fields.includes('role') && role === undefined) missing.add('role')
  if (way === 'create' && password === '') missing.add('password')
  return missing
}

/** Each address with what the draft says in the fields that are shown. */
export function inviteesOf(
  draft: InviteDraft,
  addresses: readonly CheckedAddress[],
  fields: readonly InviteField[],
): Invitee[] {
  const own = Object.fromEntries(
    Object.entries(draft).filter(
      ([field, value]) =>
        fields.includes(field as InviteField) &&
        field !== 'password' &&
        field !== 'message' &&
        value !== '' &&
        value !== false &&
        !(Array.isArray(value) && value.length === 0),
    ),
  ) as Partial<Invitee>
  return addresses.map(({ text, name }) => ({
    ...own,
    ...(name === null || own.displayName !== undefined ? {} : { displayName: name }),
    email: text,
  }))
}

/** Those addresses that were refused, each with the reason. */
export function refusedOf(
  addresses: readonly CheckedAddress[],
  { refused }: InvitationAnswer,
  desk: Desk,
): readonly CheckedAddress[] {
  const reasons = new Map(refused.map((one) => [one.email.toLowerCase(), one.reason]))
  return addresses
    .filter(({ text }) => reasons.has(text.toLowerCase()))
    .map((one) => refuse(one, reasons.get(one.text.toLowerCase()), desk))
}

const aboutAddress = /^(?:already-(?:member|invited)|email-(?:invalid|repeated))$/

/** A single refusal comes as a problem; what is about the address is said at the address. */
export function refusedAlone(
  addresses: readonly CheckedAddress[],
  reason: string | undefined,
  desk: Desk,
): readonly CheckedAddress[] {
  if (reason === undefined || !aboutAddress.test(reason)) return addresses
  return addresses.map((one) => refuse(one, reason, desk))
}

function refuse(one: CheckedAddress, reason: string | undefined, desk: Desk): CheckedAddress {
  return { ...one, check: 'refused', reason: refusalSentence(reason, desk) }
}
