import { inInstallation } from '@plantel/db'
import {
  createHostKey,
  listHostKeys,
  type NewHostKey,
  revokeHostKey,
  rotateHostKey,
} from '@plantel/team'
import { z } from 'zod'

import { hostKeyDraft, overlapSeconds } from '../host-api/host-key-operations.ts'
import { parseRequest } from '../parse-request.ts'
import type { CommandReport } from './command-output.ts'
import { requireHost, withInstallation } from './with-installation.ts'

/** `--overlap`, as seconds. */
export const overlapHours: z.ZodType<number> = z
  .string()
  .regex(/^\d{1,3}$/, 'must be a number of hours')
  .transform((hours) => Number(hours) * 3_600)
  .pipe(overlapSeconds.unwrap())

/** `plantel host key create`: a secret for the host's server, shown once. */
export function hostKeyCreate(options: {
  host: string
  name: string
  scope: string[]
  expires?: string
}): Promise<CommandReport> {
  const draft = parseRequest(hostKeyDraft, {
    name: options.name,
    ...(options.scope.length === 0 ? {} : { scopes: options.scope }),
    ...(options.expires === undefined ? {} : { expiresAt: options.expires }),
  })
  return withInstallation(async ({ config, db }) => {
    const host = await requireHost(db, options.host)
    const created = await inInstallation(db, (query) => createHostKey(query, host.id, draft))
    return reportNewKey(`Key "${draft.name}" of host "${host.name}"`, created, config.publicUrl)
  })
}

/** `plantel host key list`: what each may do and when it was used last, never the key itself. */
export function hostKeyList(options: { host: string }): Promise<CommandReport> {
  return withInstallation(async ({ db }) => {
    const host = await requireHost(db, options.host)
    const keys = await listHostKeys(db, host.id)
    return {
      lines: keys.map(({ id, name, scopes, expiresAt, revokedAt, lastUsedAt }) => {
        const end = expiresAt === null ? 'never expires' : `expires ${day(expiresAt)}`
        const use = lastUsedAt === null ? 'never used' : `used ${lastUsedAt.toISOString()}`
        const state = revokedAt === null ? end : `revoked ${day(revokedAt)}`
        return `${id}  ${name}  ${scopes.join(',')}  ${state}  ${use}`
      }),
      json: { keys },
    }
  })
}

/** `plantel host key rotate`: a key in another one's place; both work during the overlap. */
export function hostKeyRotate(options: {
  host: string
  key: string
  overlap: string
}): Promise<CommandReport> {
  const overlap = parseRequest(overlapHours, options.overlap)
  return withInstallation(async ({ config, db }) => {
    const host = await requireHost(db, options.host)
    const { formerEndsAt, ...created } = await inInstallation(db, (query) =>
      rotateHostKey(query, host.id, options.key, overlap),
    )
    const { lines, json } = reportNewKey('The new key', created, config.publicUrl)
    return {
      lines: [...lines, `The former key works until ${formerEndsAt.toISOString()}.`],
      json: { ...json, formerEndsAt },
    }
  })
}

/** `plantel host key revoke`: refused everywhere within a second. */
export function hostKeyRevoke(options: { host: string; key: string }): Promise<CommandReport> {
  return withInstallation(async ({ db }) => {
    const host = await requireHost(db, options.host)
    await inInstallation(db, (query) => revokeHostKey(query, host.id, options.key))
    return {
      lines: [`The key is refused everywhere within a second.`],
      json: { id: options.key, revoked: true },
    }
  })
}

function reportNewKey(
  what: string,
  { id, plainKey, scopes, expiresAt }: NewHostKey,
  publicUrl: string,
): { lines: string[]; json: Record<string, unknown> } {
  const baseUrl = `${publicUrl}/host/v1`
  return {
    lines: [
      `${what}. It is shown this once:`,
      `  key       ${plainKey}`,
      `  id        ${id}`,
      `  scopes    ${scopes.join(', ')}`,
      `  expires   ${expiresAt?.toISOString() ?? 'never'}`,
      `  Host API  ${baseUrl}`,
    ],
    json: { id, key: plainKey, scopes, expiresAt, baseUrl },
  }
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}
