import type { SamlRefusalCode } from '../../saml/guard/saml-refusal.ts'
import type { Forge, SigningMode } from '../saml-forge.ts'

/** A response as somebody might post it, and what must become of it. */
export interface Attack {
  name: string
  outcome: SamlRefusalCode | 'accepted'
  /** The XML, or bytes that are posted as they are. */
  response: string | Buffer
  /** Instead of base64 of the response. */
  encoded?: string
}

export function attack(
  name: string,
  outcome: Attack['outcome'],
  response: Attack['response'],
  encoded?: string,
): Attack {
  return { name, outcome, response, ...(encoded === undefined ? {} : { encoded }) }
}

/** Makes the cases of one theme, in one signing mode. */
export type AttackTheme = (forge: Forge, mode: SigningMode) => readonly Attack[]
