import { inInstallation } from '@plantel/db'
import { createHostKey } from '@plantel/team'
import { z } from 'zod'

import { parseRequest } from '../parse-request.ts'
import type { CommandReport } from './command-output.ts'
import { requireHost, withInstallation } from './with-installation.ts'

const draftShape = z.strictObject({
  name: z.string().trim().min(1).max(200),
  expires: z.iso
    .date()
    .or(z.iso.datetime({ offset: true }))
    .transform((text) => new Date(text))
    .refine((date) => date.getTime() > Date.now(), 'must be in the future')
    .optional(),
})

/** `plantel host key`: a secret for the host's server, shown once. */
export function hostKey(options: {
  host: string
  name: string
  expires?: string
}): Promise<CommandReport> {
  const draft = parseRequest(draftShape, { name: options.name, expires: options.expires })
  return withInstallation(async ({ config, db }) => {
    const host = await requireHost(db, options.host)
    const { id, plainKey } = await inInstallation(db, (query) =>
      createHostKey(query, host.id, {
        name: draft.name,
        ...(draft.expires === undefined ? {} : { expiresAt: draft.expires }),
      }),
    )
    const expiresAt = draft.expires?.toISOString() ?? null
    const baseUrl = `${config.publicUrl}/host/v1`
    return {
      lines: [
        `Key "${draft.name}" of host "${host.name}". It is shown this once:`,
        `  key       ${plainKey}`,
        `  expires   ${expiresAt ?? 'never'}`,
        `  Host API  ${baseUrl}`,
      ],
      json: { id, key: plainKey, expiresAt, baseUrl },
    }
  })
}
