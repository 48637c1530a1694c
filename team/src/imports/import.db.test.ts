import { createId, type ImportWay, inWorkspace, type WorkspaceTransaction } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { eraseMember } from '../erasure/erase-member.ts'
import { listJobResults } from '../jobs/job-queries.ts'
import { claimJob, runJobChunk } from '../jobs/job-turns.ts'
import type { JobHandler, JobResult } from '../jobs/job.ts'
import { editMember } from '../members/edit-member.ts'
import { readMemberAccess } from '../members/member-access-queries.ts'
import { listMembers } from '../members/member-queries.ts'
import { suspendMember } from '../members/member-status-commands.ts'
import { editRole } from '../roles/role-commands.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { createImport, type MemberImport, readImport, startImport } from './import-commands.ts'
import { importCheckHandler, importHandler } from './import-jobs.ts'
import { countOutcomes, listImportResults } from './import-queries.ts'
import type { ImportCells, ImportRow } from './import-row.ts'

const isDeep = process.env['TEST_DEPTH'] === 'deep'

type As = <T>(work: (trx: WorkspaceTransaction) => Promise<T>) => Promise<T>

const rowsOf = (cells: readonly ImportCells[]): ImportRow[] =>
  cells.map((each, index) => ({ number: index + 2, cells: each }))

async function send(
  as: As,
  rows: readonly ImportRow[],
  way: ImportWay = 'invite',
): Promise<MemberImport> {
  return as((trx) => createImport(trx, way, [rows]))
}

function told(results: readonly JobResult[]): unknown[] {
  return results.map(({ number, outcome, code, detail }) =>
    code === null ? [number, outcome] : [number, code, detail],
  )
}

describe.each(testEngines)('an import of people on %s', (engine) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())

  /** Runs a job to its end as the one who asked for it, and says what became of each row. */
  async function run(acme: TeamFixture, jobId: string): Promise<JobResult[]> {
    const handlers: readonly JobHandler[] = [importCheckHandler, importHandler]
    const claim = await acme.asHost((trx) => claimJob(trx, jobId, 60))
    if (claim === undefined) throw new Error('The job is not due.')
    const handler = handlers.find(({ kind }) => kind === claim.kind) as JobHandler
    for (let outcome = 'more'; outcome === 'more';) {
      outcome = await inWorkspace(db, acme.workspace.id, claim.actor, (trx) =>
        runJobChunk(trx, claim, handler, 60),
      )
    }
    return acme.asHost((trx) => listJobResults(trx, jobId, { limit: 200_000 }))
  }

  async function apply(acme: TeamFixture, as: As, sent: MemberImport): Promise<JobResult[]> {
    const { hash } = await as((trx) => readImport(trx, sent.id))
    const { job } = await as((trx) => startImport(trx, sent.id, hash ?? ''))
    return run(acme, job?.id ?? '')
  }

  it('says of each row what it would do, and then does just that', async () => {
    const acme = await createTeamFixture(db)
    await acme.join('Anna', 'agent')
    await acme.join('Bert', 'agent')
    const sent = await send(
      acme.asHost,
      rowsOf([
        {
          email: 'anna@acme.example',
          role: 'Manager',
          departments: 'sales | Support',
          phone: '+1',
        },
        { email: 'Bert@acme.example', name: 'Bert' },
        {
          email: 'carl@acme.example',
          name: 'Carl',
          role: 'agent',
          channels: 'WhatsApp; ig',
          supervisor: 'Sí',
        },
        { email: 'dora@acme.example', role: 'boss' },
        { email: 'not an address', role: 'agent' },
        { name: 'Nobody', role: 'agent' },
        { email: 'CARL@acme.example', role: 'agent' },
        { email: 'emil@acme.example', role: 'agent', departments: 'Luna' },
        { email: 'fred@acme.example' },
        { email: 'anna@acme.example', language: 'not a language!' },
        { email: 'gina@acme.example', role: 'agent', supervisor: 'perhaps' },
        { email: 'hans@acme.example', role: 'agent', supervisor: 'não' },
      ]),
    )
    const shown = told(await run(acme, sent.check.id))
    expect(shown).toEqual([
      [2, 'changed'],
      [3, 'unchanged'],
      [4, 'created'],
      [5, 'role-unknown', 'role: boss'],
      [6, 'email-invalid', 'email'],
      [7, 'field-missing', 'email'],
      [8, 'email-repeated', 'email'],
      [9, 'department-unknown', 'departments: Luna'],
      [10, 'field-missing', 'role: role'],
      [11, 'email-repeated', 'email'],
      [12, 'cell-invalid', 'supervisor'],
      [13, 'created'],
    ])
    const before = await acme.asHost((trx) => listMembers(trx, { limit: 100 }))
    expect(before.total).toBe(3)
    expect(told(await apply(acme, acme.asHost, sent))).toEqual(shown)
    const { members } = await acme.asHost((trx) => listMembers(trx, { limit: 100 }))
    expect(
      members.map(({ displayName, state, role, departments, channels, conversationAccess }) => [
        displayName,
        state,
        role?.key,
        conversationAccess,
        departments.map(({ name }) => name),
        channels.map(({ name }) => name),
      ]),
    ).toEqual([
      ['Anna', 'active', 'manager', 'all', ['Sales', 'Support'], []],
      ['Bert', 'active', 'agent', 'departments', [], []],
      ['Carl', 'invited', 'agent', 'all', [], ['Instagram', 'WhatsApp']],
      ['hans@acme.example', 'invited', 'agent', 'departments', [], []],
      ['Olga', 'active', 'owner', 'all', [], []],
    ])
    const counts = await acme.asHost(async (trx) => {
      const { job } = await readImport(trx, sent.id)
      return countOutcomes(trx, job?.id ?? '')
    })
    expect(counts).toEqual({ created: 2, changed: 1, unchanged: 1, refused: 8 })
  })

  it('gives and takes the supervisor right, and leaves it where a cell says nothing', async () => {
    const acme = await createTeamFixture(db)
    const ids = [await acme.join('ada', 'agent'), await acme.join('ben', 'agent')]
    const send1 = async (cells: ImportCells[], as: As = acme.asHost): Promise<unknown[]> => {
      const sent = await send(as, rowsOf(cells))
      const shown = told(await run(acme, sent.check.id))
      expect(told(await apply(acme, as, sent))).toEqual(shown)
      return shown
    }
    const seen = (): Promise<unknown[]> =>
      acme.asHost((trx) =>
        Promise.all(ids.map(async (id) => (await readMemberAccess(trx, id))?.conversationAccess)),
      )
    const [ada, ben] = ['ada@acme.example', 'ben@acme.example']
    expect(await send1([{ email: ada, supervisor: 'yes' }, { email: ben }])).toEqual([
      [2, 'changed'],
      [3, 'unchanged'],
    ])
    expect(await seen()).toEqual(['all', 'departments'])
    expect(await send1([{ email: ada }, { email: ben, supervisor: 'no' }])).toEqual([
      [2, 'unchanged'],
      [3, 'unchanged'],
    ])
    await acme.asHost((trx) =>
      editRole(trx, 'manager', { permissions: ['members:manage'], conversationAccess: 'own' }),
    )
    const manager = await acme.join('max', 'manager')
    const asManager: As = (work) => acme.asMember(manager, work)
    expect(await send1([{ email: ada, supervisor: 'no' }], asManager)).toEqual([
      [2, 'permission-missing', 'supervisor'],
    ])
    expect(await send1([{ email: ada, supervisor: 'no' }])).toEqual([[2, 'changed']])
    expect(await seen()).toEqual(['departments', 'departments'])
  })

  it('changes nothing when the same table is sent again', async () => {
    const acme = await createTeamFixture(db)
    const table = rowsOf([
      { email: 'anna@acme.example', name: 'Anna', role: 'agent', departments: 'Sales' },
      { email: 'olga@acme.example', name: 'Olga', role: 'owner' },
    ])
    const first = await send(acme.asHost, table, 'create')
    await run(acme, first.check.id)
    await apply(acme, acme.asHost, first)
    const again = await send(acme.asHost, table, 'create')
    expect(told(await run(acme, again.check.id))).toEqual([
      [2, 'unchanged'],
      [3, 'unchanged'],
    ])
    const { members } = await acme.asHost((trx) => listMembers(trx, { limit: 9 }))
    expect(members).toMatchObject([{ displayName: 'Anna', state: 'active' }, {}])
  })

  it('refuses each row that its sender may not apply, and the last owner', async () => {
    const acme = await createTeamFixture(db)
    const manager = await acme.join('Mona', 'manager')
    await acme.join('Anna', 'agent')
    const asManager: As = (work) => acme.asMember(manager, work)
    const sent = await send(
      asManager,
      rowsOf([
        { email: 'olga@acme.example', role: 'agent' },
        { email: 'mona@acme.example', departments: 'Sales' },
        { email: 'anna@acme.example', role: 'owner' },
        { email: 'new@acme.example', role: 'manager' },
        { email: 'anna@acme.example', departments: 'Sales' },
      ]),
    )
    expect(told(await run(acme, sent.check.id))).toEqual([
      [2, 'outranked', 'role'],
      [3, 'own-access', 'departments'],
      [4, 'role-not-grantable', 'role: Owner'],
      [5, 'role-not-grantable', 'role: Manager'],
      [6, 'email-repeated', 'email'],
    ])
    const byHost = await send(acme.asHost, rowsOf([{ email: 'olga@acme.example', role: 'agent' }]))
    expect(told(await run(acme, byHost.check.id))).toEqual([[2, 'last-owner', 'role']])
    const agent = await acme.join('Ada', 'agent')
    await expect(
      acme.asMember(agent, (trx) => createImport(trx, 'invite', [])),
    ).rejects.toMatchObject({ code: 'permission-missing' })
    await expect(
      acme.asMember(manager, (trx) => createImport(trx, 'create', [])),
    ).rejects.toMatchObject({ code: 'creation-not-allowed' })
  })

  it('applies exactly what was shown: whatever changed since is refused, and so is another hash', async () => {
    const acme = await createTeamFixture(db)
    const anna = await acme.join('Anna', 'agent')
    const sent = await send(
      acme.asHost,
      rowsOf([
        { email: 'anna@acme.example', role: 'manager' },
        { email: 'bert@acme.example', role: 'agent' },
        { email: 'carl@acme.example', role: 'agent', departments: 'Luna' },
      ]),
    )
    await expect(acme.asHost((trx) => startImport(trx, sent.id, 'anything'))).rejects.toMatchObject(
      { code: 'import-not-checked' },
    )
    await run(acme, sent.check.id)
    await expect(acme.asHost((trx) => startImport(trx, sent.id, 'anything'))).rejects.toMatchObject(
      { code: 'import-changed' },
    )
    // Somebody is faster with both, and makes what was missing.
    await acme.asHost((trx) => editMember(trx, anna, { role: 'manager' }))
    await acme.join('bert', 'agent')
    expect(told(await apply(acme, acme.asHost, sent))).toEqual([
      [2, 'changed-since-check', null],
      [3, 'changed-since-check', null],
      [4, 'department-unknown', 'departments: Luna'],
    ])
    const { hash } = await acme.asHost((trx) => readImport(trx, sent.id))
    await expect(acme.asHost((trx) => startImport(trx, sent.id, hash ?? ''))).rejects.toMatchObject(
      { code: 'import-started' },
    )
  })

  it('counts seats over chunks, and of the last two owners only one goes', async () => {
    const acme = await createTeamFixture(db)
    await acme.join('Otto', 'owner')
    await db.owner
      .updateTable('workspaces')
      .set({ seats: 4 })
      .where('id', '=', acme.workspace.id)
      .execute()
    const sent = await send(
      acme.asHost,
      rowsOf([
        { email: 'a@acme.example', role: 'agent' },
        { email: 'b@acme.example', role: 'agent' },
        { email: 'c@acme.example', role: 'agent' },
        { email: 'olga@acme.example', role: 'agent' },
        { email: 'otto@acme.example', role: 'agent' },
      ]),
    )
    const shown = told(await run(acme, sent.check.id))
    expect(shown).toEqual([
      [2, 'created'],
      [3, 'created'],
      [4, 'seats-exceeded', null],
      [5, 'changed'],
      [6, 'last-owner', 'role'],
    ])
    expect(told(await apply(acme, acme.asHost, sent))).toEqual(shown)
  })

  it('keeps the cells of refused rows only, and nothing of somebody who was erased', async () => {
    const acme = await createTeamFixture(db)
    const anna = await acme.join('Anna', 'agent')
    const sent = await send(
      acme.asHost,
      rowsOf([
        { email: 'anna@acme.example', name: 'Anna B.' },
        { email: 'bert@acme.example', role: 'boss', name: 'Bert' },
      ]),
    )
    await run(acme, sent.check.id)
    await acme.asHost((trx) => eraseMember(trx, anna))
    expect(told(await apply(acme, acme.asHost, sent))).toEqual([
      [2, 'row-erased', null],
      [3, 'role-unknown', 'role: boss'],
    ])
    const results = await acme.asHost((trx) =>
      listImportResults(trx, sent.id, { after: 0, limit: 10, refusedOnly: true }),
    )
    expect(results.map(({ cells }) => cells)).toEqual([
      {},
      { email: 'bert@acme.example', role: 'boss', name: 'Bert' },
    ])
  })

  it('is nothing in another workspace', async () => {
    const [acme, other] = [await createTeamFixture(db), await createTeamFixture(db)]
    const sent = await send(acme.asHost, [])
    await expect(other.asHost((trx) => readImport(trx, sent.id))).rejects.toMatchObject({
      code: 'import-not-found',
    })
    await run(acme, sent.check.id)
    expect(await acme.asHost((trx) => readImport(trx, sent.id))).toMatchObject({
      check: { state: 'done', total: 0 },
    })
  })

  const count = isDeep ? 100_000 : 3_000
  it(
    `answers for each of ${count} rows with every kind of mistake`,
    { timeout: 600_000 },
    async () => {
      const acme = await createTeamFixture(db)
      const known = await acme.join('Known', 'agent')
      await acme.asHost((trx) => suspendMember(trx, known))
      const kinds: [string, (index: number) => ImportRow][] = [
        ['created', (i) => ({ number: i, cells: { email: `p${i}@acme.example`, role: 'agent' } })],
        ['email-invalid', (i) => ({ number: i, cells: { email: `p${i}`, role: 'agent' } })],
        ['field-missing', (i) => ({ number: i, cells: { name: `p${i}` } })],
        [
          'role-unknown',
          (i) => ({ number: i, cells: { email: `p${i}@acme.example`, role: createId() } }),
        ],
        ['row-malformed', (i) => ({ number: i, problem: 'row-malformed' })],
        [
          'cell-invalid',
          (i) => ({ number: i, cells: { email: `p${i}@acme.example`, name: 'x'.repeat(201) } }),
        ],
        [
          'channel-unknown',
          (i) => ({
            number: i,
            cells: { email: `p${i}@acme.example`, role: 'agent', channels: 'fax' },
          }),
        ],
        [
          'email-repeated',
          (i) => ({ number: i, cells: { email: `p${i - (i % 8)}@acme.example`, role: 'agent' } }),
        ],
      ]
      const rows = Array.from({ length: count }, (_, index): ImportRow => {
        const kind = kinds[(index + 8) % 8] as (typeof kinds)[number]
        return kind[1](index + 8)
      })
      const sent = await send(acme.asHost, rows)
      const shown = await run(acme, sent.check.id)
      expect(shown).toHaveLength(count)
      const wrong = shown.filter(({ number, outcome, code }) => {
        const [expected] = kinds[number % 8] as (typeof kinds)[number]
        return (code ?? outcome) !== expected
      })
      expect(wrong).toEqual([])
      const applied = await apply(acme, acme.asHost, sent)
      expect(told(applied)).toEqual(told(shown))
      const { total } = await acme.asHost((trx) => listMembers(trx, { limit: 1 }))
      expect(total).toBe(2 + Math.ceil(count / 8))
    },
  )
})
