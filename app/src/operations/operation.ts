import type { HostKeyScope } from '@plantel/db'
import type { ProblemCode } from '@plantel/widget/contract'
import type { Response } from 'express'
import type { z } from 'zod'

import type { NamesInPath, PathParameterName } from './path-parameters.ts'

/**
 * One thing that an API does: how it is asked for, what it answers, and the function that does it. Routes and the
 * OpenAPI document are both made of these, so neither has what the other lacks.
 */
export interface Operation<Caller> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Names in braces are of `pathParameters`. */
  path: string
  /** Stable: generated clients call their functions so. */
  id: string
  tag: OperationTag
  /** What it does, in one line. */
  summary: string
  /** What else a caller must know; CommonMark. */
  description?: string
  /** What a host key needs for it; by default `read` for a GET and `write` for the rest. */
  scope: HostKeyScope
  /** An edit of something that has a version: takes `If-Match`. */
  versioned?: boolean
  query?: z.ZodType
  body?: z.ZodType | TextBody
  answers: Readonly<Record<number, AnswerShape>>
  /** Refusals beyond those that follow from the rest, such as `not-found` from a name in the path. */
  refusals?: readonly ProblemCode[]
  /** Says what to answer, or throws a refusal. */
  handle: (caller: Caller, call: Call<PathParameterName, unknown, unknown>) => Promise<Outcome>
}

/** The chapters of the document. */
export type OperationTag =
  | 'Channels'
  | 'Departments'
  | 'Directory'
  | 'Events'
  | 'Handover'
  | 'History'
  | 'Host'
  | 'Jobs'
  | 'Mapping rules'
  | 'Members'
  | 'Presence'
  | 'Roles'
  | 'Sign-in'
  | 'Tokens'
  | 'Webhooks'
  | 'Workspaces'

/** A body that is not JSON; the handler gets it as one text. */
export interface TextBody {
  mediaType: 'text/csv'
  maxBytes: number
  description: string
}

/** What an answer of one status looks like. */
export interface AnswerShape {
  description: string
  /** Absent where there is no body. */
  body?: z.ZodType
  /** Media type of a body that is sent piece by piece. */
  stream?: 'text/csv' | 'text/event-stream' | 'application/jsonl'
  /** Says by ETag which version it shows. */
  etag?: true
  /** Says where the new thing is. */
  location?: true
}

/** A request as a handler sees it: everything is parsed. */
export interface Call<Name extends string, Query, Body> {
  params: Readonly<Record<Name, string>>
  query: Query
  body: Body
  /** The version that an edit was decided on; undefined for any. */
  version: string | undefined
}

/** What to answer. */
export interface Outcome {
  status: number
  body?: unknown
  version?: string
  location?: string
  /** Writes the body itself; status and headers are set by then. */
  stream?: (response: Response) => void | Promise<void>
}

/** What is sent as JSON may be read-only. */
export type Sendable<T> = T extends Date
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Sendable<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Sendable<T[Key]> }
      : T

/** The outcomes that the answers of an operation allow. */
type OutcomeOf<Answers> = {
  [Status in keyof Answers & number]: { status: Status } & (Answers[Status] extends {
    body: infer Body extends z.ZodType
  }
    ? { body: Sendable<z.output<Body>> }
    : unknown) &
    (Answers[Status] extends { stream: string }
      ? { stream: NonNullable<Outcome['stream']> }
      : unknown) &
    (Answers[Status] extends { etag: true } ? { version: string } : unknown) &
    (Answers[Status] extends { location: true } ? { location: string } : unknown)
}[keyof Answers & number]

type QueryOf<Query> = Query extends z.ZodType ? z.output<Query> : Readonly<Record<string, never>>
type BodyOf<Body> = Body extends z.ZodType
  ? z.output<Body>
  : Body extends TextBody
    ? string
    : undefined

/** Makes an operation of its parts and infers from them what the handler is given and must answer. */
export type DefineOperation<Caller> = <
  const Path extends string,
  const Answers extends Readonly<Record<number, AnswerShape>>,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | TextBody | undefined = undefined,
  const Result extends OutcomeOf<Answers> = OutcomeOf<Answers>,
>(
  parts: Omit<Operation<Caller>, 'path' | 'scope' | 'query' | 'body' | 'answers' | 'handle'> & {
    path: NamesInPath<Path> extends PathParameterName ? Path : never
    scope?: HostKeyScope
    query?: Query
    body?: Body
    answers: Answers
    handle: (
      caller: Caller,
      call: Call<NamesInPath<Path>, QueryOf<Query>, BodyOf<Body>>,
    ) => Promise<Result>
  },
) => Operation<Caller>

/** `defineOperation<Caller>()` makes operations for one kind of caller. */
export function defineOperation<Caller>(): DefineOperation<Caller> {
  return ({ query, body, handle, ...parts }) => ({
    scope: parts.method === 'get' ? 'read' : 'write',
    ...parts,
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    // The router parses by these very shapes before it calls.
    handle: handle as Operation<Caller>['handle'],
  })
}
