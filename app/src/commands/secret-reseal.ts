import { resealSecrets } from '@plantel/db'

import { ProblemError } from '../problem.ts'
import { loadSecret } from '../secret-file.ts'
import type { CommandReport } from './command-output.ts'
import { withInstallation } from './with-installation.ts'

/** `plantel secret reseal`: seals under `PLANTEL_SECRET` what was sealed under `PLANTEL_FORMER_SECRET`. */
export function secretReseal(): Promise<CommandReport> {
  return withInstallation(async ({ config, db }) => {
    if (config.formerSecret === undefined) {
      throw new ProblemError(
        'invalid-request',
        'Set PLANTEL_FORMER_SECRET to the secret that is to go, and PLANTEL_SECRET to the new one.',
      )
    }
    const resealed = await resealSecrets(db, await loadSecret(config), config.formerSecret)
    return {
      lines: [
        `${resealed} secrets are sealed anew.`,
        'Keep PLANTEL_FORMER_SECRET set for another day, until what is short-lived has expired.',
      ],
      json: { resealed },
    }
  })
}
