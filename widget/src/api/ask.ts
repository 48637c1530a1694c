import { ApiError } from './api-error.ts'
import type { TeamApi } from './team-api.ts'

/** What a write sends along. */
export interface AskOptions {
  /** Sent as JSON; a `Blob` as it is. */
  body?: unknown
  /** The version that is edited, for `If-Match`. */
  version?: string
  /** The same for every try of the same intention: what was done once is not done again. */
  key?: string
  signal?: AbortSignal
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const never = new AbortController().signal

/** Sends one request and gives the answer's JSON, or undefined where there is none. */
export async function ask<Answer>(
  api: TeamApi,
  method: Method,
  path: string,
  { body, version, key, signal = never }: AskOptions = {},
): Promise<Answer> {
  const isFile = body instanceof Blob
  const headers: Record<string, string> = {
    ...(body === undefined ? {} : { 'content-type': isFile ? 'text/csv' : 'application/json' }),
    ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  }
  const content = body === undefined ? null : isFile ? body : JSON.stringify(body)
  const response = await api.send(path, signal, { method, headers, body: content })
  if (response.status === 204) return undefined as Answer
  try {
    return (await response.json()) as Answer
  } catch (cause) {
    signal.throwIfAborted()
    throw new ApiError('unexpected-answer', {
      requestId: response.headers.get('x-request-id'),
      cause,
    })
  }
}
