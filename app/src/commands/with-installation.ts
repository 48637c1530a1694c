import {
  type Actor,
  createId,
  createSealer,
  type Database,
  openDatabase,
  type Sealer,
} from '@plantel/db'
import { findHostByName, type HostWorkspace, listHosts, listHostWorkspaces } from '@plantel/team'

import { type Config, parseConfig } from '../config.ts'
import { ProblemError } from '../problem.ts'
import { loadSecret } from '../secret-file.ts'

/** The installation that the environment describes, open for one command. */
export interface Installation {
  config: Config
  db: Database
  sealer: Sealer
  /** The operator at the command line. */
  actor: Actor
}

export async function withInstallation<T>(
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const config = parseConfig(process.env)
  const sealer = createSealer(await loadSecret(config), config.formerSecret)
  const db = await openDatabase(config.database)
  try {
    const actor = { kind: 'system', id: null, requestId: createId() } as const
    return await work({ config, db, sealer, actor })
  } finally {
    await db.close()
  }
}

/** The host with this name; throws a `not-found` that names those there are. */
export async function requireHost(
  db: Database,
  name: string,
): Promise<{ id: string; name: string }> {
  const host = await findHostByName(db, name)
  if (host !== undefined) return host
  const known = (await listHosts(db)).map((each) => `"${each.name}"`)
  throw new ProblemError('not-found', `There is no host "${name}"; ${enumerate(known, 'host')}.`)
}

/** The workspace with this id, or with this slug if only one host has it; throws a `not-found` that says which there are. */
export async function requireWorkspace(db: Database, idOrSlug: string): Promise<HostWorkspace> {
  const workspaces = await listHostWorkspaces(db, undefined)
  const [match, ...others] = workspaces.filter(({ id, slug }) => [id, slug].includes(idOrSlug))
  if (match === undefined) {
    const known = enumerate(workspaces.map(describeWorkspace), 'workspace')
    throw new ProblemError('not-found', `There is no workspace "${idOrSlug}"; ${known}.`)
  }
  if (others.length > 0) {
    const choice = [match, ...others].map(describeWorkspace).join(', ')
    throw new ProblemError(
      'conflict',
      `Several hosts have a workspace "${idOrSlug}"; name one by its id: ${choice}.`,
    )
  }
  return match
}

function describeWorkspace({ id, slug, host }: HostWorkspace): string {
  return `${slug} of "${host}" (${id})`
}

/** More than these help nobody to find a typing error. */
const maxNames = 10

/** What there is, and how to see the rest or make the first. */
function enumerate(names: readonly string[], kind: 'host' | 'workspace'): string {
  if (names.length === 0) return `make one by "plantel ${kind} create"`
  const shown = names.slice(0, maxNames).join(', ')
  const left = names.length - maxNames
  const rest = left > 0 ? ` and ${left} more: "plantel ${kind} list" shows them` : ''
  return `there is ${shown}${rest}`
}
