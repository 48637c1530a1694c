import type { HostKeyScope, InstallationTransaction } from '@plantel/db'
import type { Request } from 'express'

import type { Operation } from './operation.ts'

/** One of the two APIs: what it can do, and how it lets requests in. */
export interface Api<Caller> extends ApiDescription {
  operations: readonly Operation<Caller>[]
  /** Finds out who calls before anything else of a request is looked at; throws `unauthenticated`. */
  identify: (request: Request) => Promise<Identity<Caller>>
}

/** What the document says of an API as a whole. */
export interface ApiDescription {
  title: string
  description: string
  /** Absolute address of its root. */
  url: string
  /** What is sent as `Authorization: Bearer`. */
  credential: { name: string; description: string }
  /** What browsers may send instead, all of it together; absent where only the credential counts. */
  cookieCredential?: Readonly<Record<string, ApiKeyPlace>> | undefined
  /** Whether each operation asks for a scope of the credential. */
  scoped: boolean
  /** Whether an edit must say which version it was decided on. */
  ifMatch: 'required' | 'optional'
}

/** OpenAPI's security scheme `apiKey`. */
export interface ApiKeyPlace {
  in: 'cookie' | 'header'
  /** Of the cookie or header. */
  name: string
  description: string
}

/** Who calls. */
export interface Identity<Caller> {
  /** The host or member in whose name it is. */
  callerId: string
  /** Whose requests are counted. */
  bucketId: string
  /** What a host key may do; undefined where nothing limits it. */
  scopes?: readonly HostKeyScope[]
  /** Throws where access has ended since the credential was issued. */
  confirm: () => Promise<void>
  /** What handlers get; `beforeWork` runs first in every transaction that may write. */
  open: (beforeWork: BeforeWork) => Caller
}

/** Something that is done, or undone, together with the work of a transaction. */
export type BeforeWork = (query: InstallationTransaction) => Promise<void>
