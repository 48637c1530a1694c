import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a program needs to try the demo; written once all is ready. */
export interface DemoReady {
  url: string
  workspaces: {
    slug: string
    id: string
    scim: { baseUrl: string; token: string }
    sso: { id: string; kind: 'oidc' | 'saml'; name: string }[]
  }[]
  hostApi: { baseUrl: string; key: string }
}

/** The file `demo.json` of a data folder: it exists while a demo of that folder is ready. */
export interface ReadyFile {
  /** Takes the file of an earlier start away. */
  remove(): Promise<void>
  /** Puts it back: it belongs to a process that still runs, and this one does not start. */
  restore(): Promise<void>
  write(ready: DemoReady): Promise<void>
}

export function createReadyFile(dataFolder: string): ReadyFile {
  const path = join(dataFolder, 'demo.json')
  let earlier: string | undefined

  async function replace(text: string): Promise<void> {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 })
    // Whoever waits for the file must never see half of it; it holds secrets.
    const staging = `${path}.${process.pid}`
    await writeFile(staging, text, { mode: 0o600 })
    await rename(staging, path)
  }

  return {
    async remove() {
      earlier = await readFile(path, 'utf8').catch(() => undefined)
      await rm(path, { force: true })
    },
    async restore() {
      if (earlier !== undefined) await replace(earlier)
    },
    write: (ready) => replace(`${JSON.stringify(ready, undefined, 2)}\n`),
  }
}
