import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  createDataFolder,
  type DemoFile,
  findFreePort,
  type PlantelProcess,
  readDemoFile,
  startPlantel,
} from '../support/plantel-process.ts'
import { entraUser, type ScimTarget, sendScim } from '../support/scim-client.ts'

const rounds = process.env['TEST_DEPTH'] === 'deep' ? 20 : 2
const writers = 4

describe('the embedded database', () => {
  let data: { folder: string; remove: () => Promise<void> }
  let plantel: PlantelProcess
  let port: number

  beforeAll(async () => {
    data = await createDataFolder()
    port = await findFreePort()
    plantel = await startPlantel(data.folder, port)
  })
  afterAll(async () => {
    await plantel?.stop()
    await data?.remove()
  })

  test('keeps its tokens and its people over a restart', async () => {
    const before = await readDemoFile(data.folder)
    const first = await sendScim(scimOf(before), 'GET', '/Users?count=0')
    await plantel.stop('SIGINT')
    plantel = await startPlantel(data.folder, port)
    const after = await readDemoFile(data.folder)
    expect(after).toEqual(before)
    expect(await sendScim(scimOf(after), 'GET', '/Users?count=0')).toEqual(first)
  })

  test('refuses a second process on its folder, in one sentence', async () => {
    const second = promisify(execFile)(
      process.execPath,
      ['--conditions=plantel:source', 'app/src/cli.ts', 'start'],
      {
        cwd: new URL('../..', import.meta.url),
        env: {
          PATH: process.env['PATH'],
          PORT: String(await findFreePort()),
          PLANTEL_DATA: data.folder,
        },
      },
    )
    const error = await second.then(
      () => undefined,
      (reason: { code: number; stderr: string }) => reason,
    )
    expect(error?.code).toBe(1)
    expect(error?.stderr).toMatch(/^plantel: Another process works in the data folder .*\n$/)
  })

  test(
    `has every acknowledged write after kill -9 in the middle of writing, ${rounds} rounds`,
    { timeout: 60_000 + rounds * 30_000 },
    async () => {
      const acknowledged: string[] = []
      for (let round = 0; round < rounds; round += 1) {
        const scim = scimOf(await readDemoFile(data.folder))
        const cut = new AbortController()
        const write = async (writer: number): Promise<void> => {
          for (let turn = 0; !cut.signal.aborted; turn += 1) {
            const name = `p${round}-${writer}-${turn}@acme.example`
            // The last request of each writer is cut off: it was not acknowledged.
            const answer = await sendScim(scim, 'POST', '/Users', entraUser(name, 'P', name)).catch(
              () => undefined,
            )
            if (answer?.status === 201) acknowledged.push(String(answer.body['id']))
          }
        }
        const writing = Array.from({ length: writers }, (_, writer) => write(writer))
        // Another moment in each round, so that the cut falls elsewhere.
        const enough = acknowledged.length + 10 + ((round * 7) % 23)
        while (acknowledged.length < enough) await delay(1)
        await plantel.stop('SIGKILL')
        cut.abort()
        await Promise.all(writing)
        plantel = await startPlantel(data.folder, port)
      }
      expect(acknowledged.length).toBeGreaterThanOrEqual(rounds * 10)
      const scim = scimOf(await readDemoFile(data.folder))
      const kept = new Set(await listUserIds(scim))
      const lost = acknowledged.filter((id) => !kept.has(id))
      expect(lost).toEqual([])
    },
  )
})

function scimOf(demo: DemoFile): ScimTarget {
  const [workspace] = demo.workspaces
  if (workspace === undefined) throw new Error('demo.json names no workspace')
  return workspace.scim
}

/** Every user, page by page: one request for each would be more than the connection's rate limit lets through. */
async function listUserIds(scim: ScimTarget): Promise<string[]> {
  const ids: string[] = []
  for (;;) {
    const path = `/Users?attributes=id&count=200&startIndex=${ids.length + 1}`
    const { status, body } = await sendScim(scim, 'GET', path)
    if (status !== 200) throw new Error(`GET ${path} answered ${status}`)
    const page = body['Resources'] as { id: string }[]
    if (page.length === 0) return ids
    ids.push(...page.map(({ id }) => id))
  }
}
