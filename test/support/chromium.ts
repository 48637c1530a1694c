import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { chromium } from 'playwright'

/** What Playwright needs to start the browser that was found. */
export interface ChromiumLaunch {
  executablePath: string
  args: string[]
  env: Record<string, string>
}

const cacheFolder = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))

const args = [
  // Chromium's sandbox refuses to start as root, which is who CI containers run as.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Looks for a Chromium: `CHROMIUM_PATH`, Playwright's own, the system's, then the one from npm (Linux x64). */
export async function findChromium(): Promise<ChromiumLaunch | undefined> {
  const installed = [
    process.env['CHROMIUM_PATH'],
    chromium.executablePath(),
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ].find((candidate) => candidate !== undefined && candidate !== '' && existsSync(candidate))
  if (installed !== undefined && process.env['TEST_NPM_CHROMIUM'] !== '1') {
    return { executablePath: installed, args, env: inheritedEnvironment() }
  }
  return npmChromium()
}

/** Unpacks the npm-delivered Chromium once per version, so that parallel first runs don't see a half-written file. */
async function npmChromium(): Promise<ChromiumLaunch | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  let entry: string
  try {
    entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'))
  } catch {
    return undefined
  }
  const { version } = createRequire(import.meta.url)(
    path.join(path.dirname(entry), '../package.json'),
  ) as { version: string }
  const home = path.join(cacheFolder, `chromium-${version}`)
  if (!existsSync(path.join(home, 'chromium'))) await unpack(entry, home)
  return {
    executablePath: path.join(home, 'chromium'),
    args,
    env: {
      ...inheritedEnvironment(),
      LD_LIBRARY_PATH: [path.join(home, 'al2023/lib'), process.env['LD_LIBRARY_PATH']]
        .filter((folder) => folder !== undefined && folder !== '')
        .join(':'),
      FONTCONFIG_PATH: path.join(home, 'fonts'),
    },
  }
}

async function unpack(entry: string, home: string): Promise<void> {
  const staging = `${home}.${process.pid}`
  await mkdir(staging, { recursive: true })
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = staging // the package unpacks into os.tmpdir()
  try {
    const packaged = await import('@sparticuz/chromium')
    await packaged.default.executablePath()
    await packaged.inflate(path.join(path.dirname(entry), '../bin/al2023.tar.br'))
    // The fonts.conf that comes with it points at fixed folders: text would be 0 px wide.
    await writeFile(
      path.join(staging, 'fonts/fonts.conf'),
      '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>' +
        '<dir prefix="relative">fonts</dir><dir>/usr/share/fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>',
    )
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
  // A process that was faster has put the same files there.
  await rename(staging, home).catch(() => rm(staging, { recursive: true, force: true }))
}

function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  )
}
