import {
  type Actor,
  createId,
  createSealer,
  type Database,
  openDatabase,
  type Sealer,
} from '@plantel/db'
import { findHostByName, findWorkspace, TeamError, type Workspace } from '@plantel/team'

import { type Config, parseConfig } from '../config.ts'
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
  const sealer = createSealer(await loadSecret(config))
  const db = await openDatabase(config.database)
  try {
    const actor = { kind: 'system', id: null, requestId: createId() } as const
    return await work({ config, db, sealer, actor })
  } finally {
    await db.close()
  }
}

/** The host with this name; throws `host-not-found`. */
export async function requireHost(
  db: Database,
  name: string,
): Promise<{ id: string; name: string }> {
  const host = await findHostByName(db, name)
  if (host === undefined) throw new TeamError('host-not-found', name)
  return host
}

/** The workspace with this id, or with this slug if only one host has it; throws `workspace-not-found`. */
export async function requireWorkspace(db: Database, idOrSlug: string): Promise<Workspace> {
  const workspace = await findWorkspace(db, undefined, idOrSlug)
  if (workspace === undefined) throw new TeamError('workspace-not-found', idOrSlug)
  return workspace
}
