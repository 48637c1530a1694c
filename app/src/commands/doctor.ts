import { access, constants, stat } from 'node:fs/promises'

import {
  type Database,
  createId,
  createSealer,
  DatabaseOpenError,
  openDatabase,
  readInWorkspace,
} from '@plantel/db'
import { createIdpBridge } from '@plantel/idp-bridge'

import { type Config, ConfigError, parseConfig } from '../config.ts'
import { loadSecret } from '../secret-file.ts'
import { readWidgetBundle } from '../widget-assets.ts'
import type { CommandReport } from './command-output.ts'

/** One thing that was looked at; `problem` says what to do. */
interface Finding {
  check: string
  problem: string | undefined
}

/** Tokens are valid for minutes: a clock that is further off refuses people. */
const maxClockSkewMs = 5_000

/** `plantel doctor`: looks at everything a start needs; `healthy` decides the exit code. */
export async function doctor(): Promise<CommandReport & { healthy: boolean }> {
  const findings = await examine()
  const healthy = findings.every((finding) => finding.problem === undefined)
  return {
    lines: findings.map(({ check, problem }) =>
      problem === undefined ? `ok       ${check}` : `problem  ${check}: ${problem}`,
    ),
    json: {
      healthy,
      findings: findings.map(({ check, problem }) => ({ check, problem: problem ?? null })),
    },
    healthy,
  }
}

async function examine(): Promise<Finding[]> {
  const { problem } = readWidgetBundle()
  const bundle: Finding = { check: 'widget bundle', problem }
  let config: Config
  try {
    config = parseConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [...error.problems.map((text) => ({ check: 'configuration', problem: text })), bundle]
  }
  return [
    { check: `configuration (${config.mode}, ${config.publicUrl})`, problem: undefined },
    bundle,
    await examineSecret(config),
    ...(await examineDatabase(config)),
  ]
}

async function examineSecret({ secret }: Config): Promise<Finding> {
  if (secret.kind === 'given') return { check: 'PLANTEL_SECRET', problem: undefined }
  const check = `secret in ${secret.file}`
  try {
    await access(secret.file, constants.R_OK)
    const { mode } = await stat(secret.file)
    const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0
    return { check, problem: isOpen ? `others may read it: chmod 600 ${secret.file}` : undefined }
  } catch (error) {
    const isNew = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return { check, problem: isNew ? undefined : 'this user may not read it: change its owner' }
  }
}

async function examineDatabase(config: Config): Promise<Finding[]> {
  const check = `database (${config.database.engine}), migrations and role`
  let db: Database
  try {
    db = await openDatabase(config.database)
  } catch (error) {
    if (!(error instanceof DatabaseOpenError)) throw error
    return [{ check, problem: error.message }]
  }
  try {
    return [
      { check, problem: undefined },
      await examineClock(db),
      await examineSigningKeys(db, config),
    ]
  } finally {
    await db.close()
  }
}

async function examineClock(db: Database): Promise<Finding> {
  const actor = { kind: 'system', id: null, requestId: createId() } as const
  const before = Date.now()
  const theirs = await readInWorkspace(db, createId(), actor, ({ now }) =>
    Promise.resolve(now.getTime()),
  )
  const ours = (before + Date.now()) / 2
  const seconds = Math.round(Math.abs(theirs - ours) / 1_000)
  return {
    check: 'clock',
    problem:
      Math.abs(theirs - ours) <= maxClockSkewMs
        ? undefined
        : `it is ${seconds} s off the database's: synchronise both by NTP`,
  }
}

async function examineSigningKeys(db: Database, config: Config): Promise<Finding> {
  const check = 'signing keys'
  try {
    const { publicUrl, allowPrivateNetwork } = config
    const secret = await loadSecret(config)
    const sealer = createSealer(secret, config.formerSecret)
    await createIdpBridge({ db, sealer, secret, publicUrl, allowPrivateNetwork })
    return { check, problem: undefined }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return {
      check,
      problem: `${reason} Set the PLANTEL_SECRET with which this database was first started.`,
    }
  }
}
