import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  type Answer,
  callJson,
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

describe.each(testEngines)('tables of members on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let ownerToken: string

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
    ownerToken = await acme.widgetToken(acme.ownerId)
    for (const person of [
      { email: 'ana@acme.example', displayName: '=HYPERLINK("x")', role: 'agent', phone: '+34 1' },
      { email: 'bea@acme.example', displayName: 'Bea, "B"', role: 'manager' },
    ]) {
      await host.call('POST', `/workspaces/${acme.id}/members`, {
        ...person,
        departments: ['Soporte', 'Ventas-MX'],
      })
    }
  })
  afterAll(() => plantel.close())

  const asOwner = (method: string, path: string, body?: unknown): Promise<Answer> =>
    callJson(`${plantel.url}/team/v1${path}`, { method, token: ownerToken, body })

  async function fetchTable(path: string, token = ownerToken): Promise<Response> {
    return fetch(`${plantel.url}/team/v1${path}`, { headers: { authorization: `Bearer ${token}` } })
  }
  const tableOf = async (path: string): Promise<string> => (await fetchTable(path)).text()

  async function send(text: string | Uint8Array<ArrayBuffer>, way = 'invite'): Promise<Answer> {
    const response = await fetch(`${plantel.url}/team/v1/member-imports?way=${way}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ownerToken}`, 'content-type': 'text/csv' },
      body: text,
    })
    const body = (await response.json()) as Answer['body']
    return { status: response.status, headers: response.headers, body }
  }

  async function checked(sent: Answer): Promise<Answer['body']> {
    const { id } = sent.body['import'] as { id: string }
    let found: Answer['body'] = {}
    await expect
      .poll(
        async () => {
          found = (await asOwner('GET', `/member-imports/${id}`)).body
          return (found['check'] as { state: string }).state
        },
        { timeout: 20_000 },
      )
      .toBe('done')
    return found
  }

  it('are written in the language asked for, and no cell is a formula', async () => {
    const response = await fetchTable('/member-export?language=es&source=manual&bom=true')
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('content-disposition')).toContain('members.csv')
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    const [header, , ana, bea] = bytes.subarray(3).toString().split('\r\n')
    expect(header).toMatch(/^Nombre,Correo electrónico,Teléfono,Rol,Departamentos,/)
    expect(ana).toMatch(
      /^"'=HYPERLINK\(""x""\)",ana@acme\.example,'\+34 1,Agente,Soporte \| Ventas-MX,/,
    )
    expect(bea).toMatch(/^"Bea, ""B""",bea@acme\.example,,Gerente,.*,Activo,/)
  })

  it('hold whom the filter holds, with the delimiter asked for', async () => {
    const table = await tableOf('/member-export?language=en&search=bea&delimiter=semicolon')
    expect(table.trim().split('\r\n')).toHaveLength(2)
    expect(table).toMatch(/^Name;Email;/)
    const nobody = await tableOf('/member-export?language=en&search=nobody-at-all')
    expect(nobody.trim().split('\r\n')).toHaveLength(1)
  })

  it('are of any length', async () => {
    const big = await newWorkspace(plantel, host, 'big')
    const { id: roleId } = await plantel.db.owner
      .selectFrom('roles')
      .select('id')
      .where('workspace_id', '=', big.id)
      .where('key', '=', 'agent')
      .executeTakeFirstOrThrow()
    const people = Array.from({ length: 2_500 }, (_, index) => ({
      workspace_id: big.id,
      id: createId(),
      source: 'manual' as const,
      email: `p${index}@big.example`,
      email_key: `p${index}@big.example`,
      display_name: `P${index}`,
      display_key: `p${index}`,
      search_key: `p${index}`,
      state: 'active' as const,
      role_id: roleId,
      conversation_access: 'own' as const,
      access_valid_from: new Date(0),
    }))
    for (let start = 0; start < people.length; start += 500) {
      const some = people.slice(start, start + 500)
      await plantel.db.owner.insertInto('members').values(some).execute()
    }
    const token = await big.widgetToken(big.ownerId)
    const table = await (await fetchTable('/member-export?language=en', token)).text()
    const lines = table.trim().split('\r\n')
    expect(lines).toHaveLength(1 + 2_501)
    expect(new Set(lines).size).toBe(lines.length)
  })

  it('are for those who manage members', async () => {
    const { memberId } = await acme.hire('agent@acme.example')
    const answer = await fetchTable('/member-export', await acme.widgetToken(memberId))
    expect(answer.status).toBe(403)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.headers.get('content-disposition')).toBeNull()
  })

  it('that were exported change nothing when they come back', async () => {
    const table = await tableOf('/member-export?language=pt-BR&bom=true&delimiter=tab')
    const sent = await send(table)
    expect(await send(table, 'create')).toMatchObject({
      status: 403,
      body: { reason: 'creation-not-allowed' },
    })
    expect(sent).toMatchObject({ status: 201, body: { import: { way: 'invite', hash: null } } })
    expect(sent.body['ignoredColumns']).toContain('Última atividade')
    const rows = table.trim().split('\r\n').length - 1
    expect((await checked(sent))['outcomes']).toEqual({
      created: 0,
      changed: 0,
      unchanged: rows,
      refused: 0,
    })
  })

  it('are looked at, applied as shown, and given back with what became of each row', async () => {
    const sent = await send(
      'Nombre;Correo;Rol;Departamentos\nCaro;caro@acme.example;agent;Ventas-MX|Soporte\n' +
        'Dani;dani@acme.example;jefe;\n;bea@acme.example;agente;\n',
    )
    const found = await checked(sent)
    expect(found).toMatchObject({ outcomes: { created: 1, changed: 1, refused: 1 }, job: null })
    const path = `/member-imports/${String(found['id'])}`
    const wrong = await asOwner('POST', `${path}/start`, { hash: 'x' })
    expect(wrong).toMatchObject({ status: 409, body: { reason: 'import-changed' } })
    const started = await asOwner('POST', `${path}/start`, { hash: found['hash'] })
    expect(started).toMatchObject({ status: 202, body: { job: { kind: 'members.import' } } })
    await expect
      .poll(async () => (await asOwner('GET', path)).body['job'], { timeout: 20_000 })
      .toMatchObject({ state: 'done', done: 3, failed: 1 })
    expect((await asOwner('GET', '/members?search=caro@acme')).body).toMatchObject({
      members: [{ displayName: 'Caro', state: 'invited', departments: [{}, {}] }],
    })
    const lines = (await tableOf(`${path}/results?language=es`)).trim().split('\r\n')
    expect(lines[0]).toMatch(/^Nombre,.*,Fila,Resultado,Código,Sobre,Qué hacer$/)
    expect(lines).toHaveLength(4)
    const refused = await tableOf(`${path}/results?language=es&refused=true`)
    expect(refused.trim().split('\r\n')[1]).toMatch(
      /^Dani,dani@acme\.example,,jefe,,,,,,3,Rechazado,role-unknown,role: jefe,/,
    )
    // What was refused is mended and sent again as it is.
    const again = await send(refused.replaceAll('jefe', 'agent'))
    expect((await checked(again))['outcomes']).toMatchObject({ created: 1, refused: 0 })
  })

  it.each([
    ['no table', '', 400, 'csv-empty'],
    ['a table without emails', 'Name\nAna\n', 400, 'email-column-missing'],
    ['bytes that are no UTF-8', Buffer.from('Email\n\xff\xfe\n', 'latin1'), 400, undefined],
    ['more than 16 MiB', 'Email\n'.padEnd(17 * 1024 * 1024, 'x'), 413, undefined],
  ])('are refused as %s', async (_title, text, status, reason) => {
    const answer = await send(typeof text === 'string' ? text : new Uint8Array(text))
    expect(answer).toMatchObject({ status, body: reason === undefined ? {} : { reason } })
  })

  it('of nobody are not found', async () => {
    for (const path of ['', '/results']) {
      const answer = await fetchTable(`/member-imports/${createId()}${path}`)
      expect(answer.status).toBe(404)
    }
  })
})
