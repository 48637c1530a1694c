import type { Database, HostKeyScope } from '@plantel/db'
import {
  createHostKey,
  hostScopes,
  listHostKeys,
  revokeHostKey,
  rotateHostKey,
} from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { ProblemError } from '../problem.ts'
import { type HostCaller, hostOperation } from './host-caller.ts'
import type { HostKeys } from './host-keys.ts'

const scope = z.enum(hostScopes)
const keyName = z.string().trim().min(1).max(200)
const daySeconds = 86_400

/** What `POST /keys` and `plantel host key create` accept. */
export const hostKeyDraft: z.ZodType<{
  name: string
  scopes: HostKeyScope[]
  expiresAt?: Date | undefined
}> = z.strictObject({
  name: keyName.meta({ description: 'What the key is for.' }),
  scopes: z
    .array(scope)
    .min(1)
    .default([...hostScopes])
    .meta({
      description:
        '`read` reads; `write` changes; `tokens` makes widget tokens for members; `keys` makes and revokes keys. By default all.',
    }),
  expiresAt: z.iso
    .date()
    .or(z.iso.datetime({ offset: true }))
    .transform((text) => new Date(text))
    .refine((date) => date.getTime() > Date.now(), 'must be in the future')
    .optional(),
})

/** How long a key that is replaced goes on working, in seconds: by default a day, at most thirty. */
export const overlapSeconds: z.ZodDefault<z.ZodInt> = z
  .int()
  .min(0)
  .max(30 * daySeconds)
  .default(daySeconds)

const newKey = {
  id: z.uuid(),
  key: z.string().meta({ description: 'Shown this once.' }),
  scopes: z.array(scope),
  expiresAt: z.date().nullable(),
}

/** The host's own keys. */
export function hostKeyOperations(
  db: Database,
  keys: Pick<HostKeys, 'forget'>,
): readonly Operation<HostCaller>[] {
  return [
    hostOperation({
      method: 'get',
      path: '/keys',
      id: 'listKeys',
      tag: 'Host',
      summary: 'List host keys',
      answers: {
        200: {
          description: 'All of them, the newest first, without the keys.',
          body: z.object({
            keys: z.array(
              z
                .object({
                  id: z.uuid(),
                  name: z.string(),
                  scopes: z.array(scope),
                  createdAt: z.date(),
                  expiresAt: z.date().nullable(),
                  revokedAt: z.date().nullable(),
                  lastUsedAt: z.date().nullable(),
                })
                .meta({ id: 'HostKey' }),
            ),
          }),
        },
      },
      handle: async ({ hostId }) => ({
        status: 200,
        body: { keys: await listHostKeys(db, hostId) },
      }),
    }),
    hostOperation({
      method: 'post',
      path: '/keys',
      id: 'createKey',
      tag: 'Host',
      summary: 'Make a host key',
      description: 'A key gives only scopes that it has itself.',
      scope: 'keys',
      body: hostKeyDraft,
      answers: { 201: { description: 'The new key.', body: z.object(newKey) } },
      async handle({ hostId, scopes, inInstallation }, { body }) {
        requireScopes(scopes, body.scopes)
        const { plainKey, ...shown } = await inInstallation((query) =>
          createHostKey(query, hostId, body),
        )
        return { status: 201, body: { ...shown, key: plainKey } }
      },
    }),
    hostOperation({
      method: 'post',
      path: '/keys/{key}/rotate',
      id: 'rotateKey',
      tag: 'Host',
      summary: 'Replace a host key',
      description:
        'Makes a key with the same name and scopes. The former one goes on working for the overlap, so that servers can change over one by one.',
      scope: 'keys',
      body: z.strictObject({ overlapSeconds }).prefault({}),
      answers: {
        201: {
          description: 'The key that takes its place, and when the former one ends.',
          body: z.object({ ...newKey, formerEndsAt: z.date() }),
        },
      },
      async handle({ hostId, scopes, inInstallation }, { params, body }) {
        const { plainKey, ...shown } = await inInstallation(async (query) => {
          const rotated = await rotateHostKey(query, hostId, params.key, body.overlapSeconds)
          requireScopes(scopes, rotated.scopes)
          return rotated
        })
        keys.forget()
        return { status: 201, body: { ...shown, key: plainKey } }
      },
    }),
    hostOperation({
      method: 'delete',
      path: '/keys/{key}',
      id: 'revokeKey',
      tag: 'Host',
      summary: 'Revoke a host key',
      scope: 'keys',
      answers: {
        204: { description: 'It is refused from now on; by other replicas within a second.' },
      },
      async handle({ hostId, inInstallation }, { params }) {
        await inInstallation((query) => revokeHostKey(query, hostId, params.key))
        keys.forget()
        return { status: 204 }
      },
    }),
  ]
}

/** Whoever may make keys must not give themselves more by it. */
function requireScopes(own: readonly HostKeyScope[], wanted: readonly HostKeyScope[]): void {
  const missing = wanted.find((each) => !own.includes(each))
  if (missing === undefined) return
  throw new ProblemError(
    'forbidden',
    `This key lacks the scope "${missing}" and can not give it: use a key that has it.`,
    { reason: 'scope-missing' },
  )
}
