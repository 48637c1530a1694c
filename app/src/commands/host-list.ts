import { listHosts } from '@plantel/team'

import type { CommandReport } from './command-output.ts'
import { withInstallation } from './with-installation.ts'

/** `plantel host list`: every inbox product with the origins of its pages. */
export function hostList(): Promise<CommandReport> {
  return withInstallation(async ({ db }) => {
    const hosts = await listHosts(db)
    const lines = hosts.map(({ id, name, allowedOrigins }) =>
      [name, id, ...allowedOrigins].join('  '),
    )
    return {
      lines: lines.length > 0 ? lines : ['There is no host yet: plantel host create --name <name>'],
      json: { hosts },
    }
  })
}
