import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import {
  createTestDatabase,
  findFreePort,
  type TestDatabase,
  testEngines,
} from '@plantel/db/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import type { DemoReady } from './ready-file.ts'
import { callJson } from './testing/test-installation.ts'

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
/** Each step is a process that opens a database of its own. */
const slow = { timeout: 600_000 }
const secret = 'the secret of a command line test'

interface Run {
  code: number | null
  stdout: string
  stderr: string
}

const running = new Set<ChildProcess>()
const folders: string[] = []

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plantel-cli-'))
  folders.push(folder)
  return folder
}

function launch(
  args: readonly string[],
  environment: Record<string, string>,
): { child: ChildProcess; done: Promise<Run> } {
  const child = spawn(process.execPath, ['--conditions=plantel:source', cli, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const run: Run = { code: null, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (run.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (run.stderr += text))
  const done = once(child, 'close').then(([code]) => {
    running.delete(child)
    return { ...run, code: code as number | null }
  })
  return { child, done }
}

function plantel(args: readonly string[], environment: Record<string, string>): Promise<Run> {
  return launch(args, environment).done
}

/** What an operator sees. */
function told({ code, stdout, stderr }: Run): { code: unknown; stdout: string; lines: string[] } {
  return { code, stdout, lines: stderr.trimEnd().split('\n') }
}

/** Exit code 1 and nothing but these lines: no stack, no half answer. */
function refused(...lines: RegExp[]): { code: number; stdout: string; lines: unknown[] } {
  return { code: 1, stdout: '', lines: lines.map((line) => expect.stringMatching(line) as unknown) }
}

describe('a start that cannot be', () => {
  it('lists everything that is missing', async () => {
    expect(
      told(
        await plantel(['start'], {
          DATABASE_URL: 'postgres://localhost/plantel',
          PLANTEL_LOUD: '1',
        }),
      ),
    ).toEqual(
      refused(
        /^plantel: PLANTEL_LOUD is not a setting/,
        /^plantel: PLANTEL_SECRET is missing: .+PLANTEL_DEMO=1/,
        /^plantel: PLANTEL_PUBLIC_URL is missing/,
      ),
    )
  })

  it('names a database that does not answer, without its password', async () => {
    const run = await plantel(['start'], {
      PLANTEL_DEMO: '1',
      PLANTEL_DATA: await newFolder(),
      DATABASE_URL: 'postgres://plantel:hunter2@127.0.0.1:1/plantel',
      PORT: String(await findFreePort()),
    })
    expect(told(run)).toEqual(refused(/^plantel: PostgreSQL at 127\.0\.0\.1:1 does not answer/))
    expect(run.stderr).not.toContain('hunter2')
  })

  it('names a port that is taken', async () => {
    const port = await findFreePort()
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    const run = await plantel(['start'], { PLANTEL_DATA: await newFolder(), PORT: String(port) })
    expect(told(run)).toEqual(refused(new RegExp(`^plantel: Port ${port} is taken`)))
    other.close()
  })

  it.each(['host create', 'workspace create', 'scim-connection update'])(
    'describes every option of %s',
    async (command) => {
      const { stdout } = await plantel([...command.split(' '), '--help'], {})
      const lines = stdout.split('\n').filter((line) => line.startsWith('  -'))
      expect(lines.length).toBeGreaterThan(3)
      expect(lines.filter((line) => !/^ {2}-\S.*? {2,}\S/.test(line))).toEqual([])
    },
  )

  it('names an option that does not exist', async () => {
    const run = await plantel(['host', 'create', '--name', 'Inbox', '--nope'], {})
    expect(run.code).toBe(1)
    expect(run.stderr).toContain("unknown option '--nope'")
  })
})

/** Waits for the file of this start; `earlier` is when that of a start before it was written. */
async function untilReady(
  folder: string,
  child: ChildProcess,
  earlier?: number,
): Promise<DemoReady> {
  const file = join(folder, 'demo.json')
  await expect
    .poll(
      () =>
        stat(file).then(
          ({ mtimeMs }) => (mtimeMs === earlier ? 'of an earlier start' : 'ready'),
          () => child.exitCode,
        ),
      { timeout: 200_000, interval: 50 },
    )
    .toBe('ready')
  return JSON.parse(await readFile(file, 'utf8')) as DemoReady
}

describe('the demo', () => {
  it(
    'keeps everything over a restart, and refuses a second process on its folder',
    slow,
    async () => {
      const folder = await newFolder()
      const environment = { PLANTEL_DATA: folder, PORT: String(await findFreePort()) }
      const first = launch(['start'], environment)
      const ready = await untilReady(folder, first.child)

      expect(ready).toEqual({
        url: `http://localhost:${environment.PORT}`,
        workspaces: ['acme', 'globex'].map((slug) => ({
          slug,
          id: expect.any(String),
          scim: { baseUrl: expect.any(String), token: expect.stringMatching(/^plt_scim_/) },
          sso: ['oidc', 'saml'].map((kind) => ({
            id: expect.any(String),
            kind,
            name: expect.any(String),
          })),
        })),
        hostApi: { baseUrl: `${ready.url}/host/v1`, key: expect.stringMatching(/^plt_host_/) },
      })
      const [acme] = ready.workspaces
      const users = await callJson(`${acme?.scim.baseUrl}/Users`, { token: acme?.scim.token ?? '' })
      expect(users.status).toBe(200)
      expect(users.body['totalResults']).toBeGreaterThan(10)
      const workspace = await callJson(`${ready.hostApi.baseUrl}/workspaces/acme`, {
        token: ready.hostApi.key,
      })
      expect(workspace.body).toMatchObject({ id: acme?.id, preset: 'respond' })
      const inbox = await callJson(`${ready.url}/demo`)
      expect(inbox.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/inbox$/)

      const second = await plantel(['start'], {
        ...environment,
        PORT: String(await findFreePort()),
      })
      expect(told(second)).toEqual(refused(/^plantel: Another process works in the data folder/))
      expect(JSON.parse(await readFile(join(folder, 'demo.json'), 'utf8'))).toEqual(ready)

      first.child.kill('SIGINT')
      const run = await first.done
      expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
      expect(run.stdout).toContain(`${ready.url}/demo/directory`)

      // The file of the first start must not be taken for that of the next one.
      const { mtimeMs } = await stat(join(folder, 'demo.json'))
      const again = launch(['start'], environment)
      expect(await untilReady(folder, again.child, mtimeMs)).toEqual(ready)
      again.child.kill('SIGTERM')
      expect((await again.done).code).toBe(0)
    },
  )
})

describe.each(testEngines)('an installation on %s', (engine) => {
  let db: TestDatabase | undefined
  let environment: Record<string, string>

  beforeAll(async () => {
    const port = await findFreePort()
    const folder = await mkdtemp(join(tmpdir(), 'plantel-cli-'))
    db = engine === 'postgres' ? await createTestDatabase(engine) : undefined
    environment = {
      PLANTEL_DATA: folder,
      PLANTEL_SECRET: secret,
      PLANTEL_PUBLIC_URL: `http://localhost:${port}`,
      PORT: String(port),
      ...(db?.options.engine === 'postgres' ? { DATABASE_URL: db.options.url } : {}),
    }
  })
  afterAll(async () => {
    await db?.close()
    await rm(environment['PLANTEL_DATA'] ?? '', { recursive: true, force: true })
  })

  async function json(command: string): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await administer(`${command} --json`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return JSON.parse(stdout) as Record<string, unknown>
  }

  const administer = (command: string): Promise<Run> => plantel(command.split(' '), environment)

  it('gets from nothing to its first host key, workspace and SCIM connection', slow, async () => {
    expect(await json('migrate')).toEqual({ engine, upToDate: true })
    expect(await json('doctor')).toMatchObject({ healthy: true })

    await json('host create --name Inbox --origin https://inbox.example')
    const key = await json('host key create --host Inbox --name server --expires 2099-01-01')
    expect(key).toMatchObject({ expiresAt: '2099-01-01T00:00:00.000Z' })
    const client = await json(
      'host client --host Inbox --name Inbox --redirect-uri https://inbox.example/callback ' +
        '--logout-uri https://inbox.example/ --backchannel-logout-uri https://inbox.example/logout',
    )
    expect(client).toMatchObject({ issuer: `${environment['PLANTEL_PUBLIC_URL']}/oidc` })
    const workspace = await json(
      'workspace create --host Inbox --slug acme --name Acme --preset whaticket --locale pt-BR ' +
        '--time-zone America/Sao_Paulo --owner-email ana@acme.example --owner-name Ana ' +
        '--department Vendas --department Suporte --channel wa=WhatsApp',
    )
    expect(workspace).toMatchObject({
      departments: [{ name: 'Vendas' }, { name: 'Suporte' }],
      channels: [{ key: 'wa', name: 'WhatsApp' }],
    })
    const connection = await json(
      `scim-connection create --workspace ${String(workspace['id'])} --name Entra --idp entra`,
    )

    const { child, done } = launch(['start'], environment)
    const url = environment['PLANTEL_PUBLIC_URL'] ?? ''
    await expect
      .poll(
        () =>
          fetch(`${url}/readyz`).then(
            ({ status }) => status,
            () => child.exitCode,
          ),
        { timeout: 200_000 },
      )
      .toBe(200)
    const read = await callJson(`${url}/host/v1/workspaces/acme`, { token: String(key['key']) })
    expect(read.body).toMatchObject({ id: workspace['id'], preset: 'whaticket' })
    const users = await callJson(`${String(connection['baseUrl'])}/Users`, {
      token: String(connection['token']),
    })
    expect(users).toMatchObject({ status: 200, body: { totalResults: 0 } })
    expect((await fetch(`${url}/demo`)).status).toBe(404)

    // An open event stream must not keep the process.
    const token = await callJson(`${url}/host/v1/widget-tokens`, {
      method: 'POST',
      token: String(key['key']),
      body: { workspace: 'acme', member: workspace['ownerMemberId'] },
    })
    const stream = await fetch(`${url}/team/v1/event-stream`, {
      method: 'POST',
      headers: { authorization: `Bearer ${String(token.body['token'])}` },
    })
    expect(stream.status).toBe(200)
    child.kill('SIGTERM')
    const { code, stdout, stderr } = await done
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    // Ended in order: one that was cut off after the grace of running requests could not be read to its end.
    expect(await stream.text()).toContain('ready')
    // What was shown once is nowhere in the log.
    for (const plain of [key['key'], connection['token'], token.body['token'], secret]) {
      expect(stdout).not.toContain(plain)
    }
    expect(stdout).toContain('/host/v1/widget-tokens')
  })

  it('replaces, lists and revokes host keys', slow, async () => {
    const former = await json('host key create --host Inbox --name reader --scope read')
    expect(former).toMatchObject({ scopes: ['read'], expiresAt: null })
    const rotate = `host key rotate --host Inbox --key ${String(former['id'])}`
    const next = await json(`${rotate} --overlap 0`)
    expect(next).toMatchObject({ scopes: ['read'], formerEndsAt: expect.any(String) })
    expect(next['key']).not.toBe(former['key'])
    expect(told(await administer(rotate))).toEqual(
      refused(
        /^plantel: The host has no such key, or it has ended: make a new one\. \([0-9a-f-]{36}\)$/,
      ),
    )
    await json(`host key revoke --host Inbox --key ${String(next['id'])}`)
    const { stdout } = await administer('host key list --host Inbox')
    expect(stdout).toMatch(/reader {2}read {2}revoked/)
    expect(stdout).not.toContain(next['key'])
    expect(told(await administer('host key revoke --host Inbox --key nonsense'))).toEqual(
      refused(/^plantel: The host has no such key/),
    )
    expect(told(await administer('host key create --host Inbox --name x --scope admin'))).toEqual(
      refused(/^plantel: \/scopes\/0: /),
    )
  })

  it('refuses what is taken, unknown or malformed in one line', slow, async () => {
    expect(told(await administer('host create --name Inbox'))).toEqual(
      refused(/^plantel: There is already a host of this name\. \(Inbox\)$/),
    )
    expect(told(await administer('host create --name Bad --origin inbox.example'))).toEqual(
      refused(/^plantel: \/allowedOrigins\/0: must be a web address$/),
    )
    expect(told(await administer('host key create --host Nobody --name server'))).toEqual(
      refused(/^plantel: There is no host "Nobody"; there is "Inbox"\.$/),
    )
    expect(told(await administer('scim-connection list --workspace nope'))).toEqual(
      refused(
        /^plantel: There is no workspace "nope"; there is acme of "Inbox" \([0-9a-f-]{36}\)\.$/,
      ),
    )
  })

  it('lists what there is, and takes a slug where only one host has it', slow, async () => {
    expect(await json('host list')).toEqual({
      hosts: [{ id: expect.any(String), name: 'Inbox', allowedOrigins: ['https://inbox.example'] }],
    })
    await json('host create --name Second')
    const create =
      'workspace create --preset respond --locale en --time-zone UTC ' +
      '--owner-email o@acme.example --owner-name O'
    await json(`${create} --host Second --slug only --name Only`)
    const { workspaces } = await json('workspace list --host Second')
    expect(workspaces).toEqual([
      { id: expect.any(String), slug: 'only', name: 'Only', host: 'Second', deletedAt: null },
    ])
    await json(`${create} --host Second --slug gone --name Gone`)
    await administer('workspace delete --workspace gone')
    expect((await administer('workspace list')).stdout).toMatch(
      /^acme .*of Inbox\ngone .* {2}deleted\nonly .*of Second\n$/,
    )
    expect(await json('scim-connection list --workspace only')).toMatchObject({ connections: [] })
    await json(`${create} --host Second --slug acme --name Acme`)
    expect(told(await administer('scim-connection list --workspace acme'))).toEqual(
      refused(
        /^plantel: Several hosts have a workspace "acme"; name one by its id: acme of "Inbox"/,
      ),
    )
  })

  it('tells that it was started under another secret', async () => {
    const { code, stdout } = await plantel(['doctor'], {
      ...environment,
      PLANTEL_SECRET: 'another secret, and a long one too',
    })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^problem {2}signing keys: .*PLANTEL_SECRET/m)
  })
})
