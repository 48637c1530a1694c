import type { Profile } from '../../scim-server/src/protocol/profile.ts'
import type { ScimClient } from '../../scim-server/src/testing/scim-installation.ts'

/** The server that requirements are checked against, over HTTP. */
export interface Bench {
  /** A connection that reads requests as the RFCs say. */
  readonly rfc: ScimClient
  /** Another connection, of a workspace of its own. */
  readonly connect: (profile?: Profile) => Promise<ScimClient>
}

/** Something that an RFC demands of a service provider, and that we claim. */
export interface Requirement {
  /** RFC, section and a number that never changes: `RFC7644-3.5.2-04`. */
  readonly id: string
  /** What is demanded, in our words. */
  readonly says: string
  readonly check: (bench: Bench) => Promise<void>
}

/** Something that an RFC recommends and that we don't do, or that no test can show. */
export interface Departure {
  readonly id: string
  readonly says: string
  readonly reason: string
}

/** What one section of an RFC asks for. */
export interface Section {
  /** `RFC7644-3.5.2`, with which the ids in it begin. */
  readonly id: string
  readonly title: string
  readonly requirements: readonly Requirement[]
  readonly departures?: readonly Departure[]
}
