import { inInstallation } from '@plantel/db'
import { createHost } from '@plantel/team'
import { z } from 'zod'

import { origin } from '../host-api/addresses.ts'
import { parseRequest } from '../parse-request.ts'
import type { CommandReport } from './command-output.ts'
import { withInstallation } from './with-installation.ts'

const draftShape = z.strictObject({
  name: z.string().trim().min(1).max(200),
  allowedOrigins: z.array(origin).max(100),
})

/** `plantel host create`: an inbox product, and the origins of its pages. */
export function hostCreate(options: { name: string; origin: string[] }): Promise<CommandReport> {
  const draft = parseRequest(draftShape, { name: options.name, allowedOrigins: options.origin })
  return withInstallation(async ({ db }) => {
    const { id } = await inInstallation(db, (query) => createHost(query, draft))
    return {
      lines: [
        `Host "${draft.name}" was created.`,
        `  id       ${id}`,
        `  origins  ${draft.allowedOrigins.join(', ')}`,
        `Next: plantel host key create --host "${draft.name}" --name <what it is for>`,
      ],
      json: { id, ...draft },
    }
  })
}
